// "PyTorch code" beside a figure: the program is loaded when it is opened, follows the figure's slider, and can be
// copied. Listens on the document, so that figures swapped into the page need nothing. Without it, the links work.

const QUIET = 300; // ms without a move of the slider before the program is asked for again
const parts = (code) => (name) => code.querySelector(`[data-${name}]`);
const waiting = new WeakMap();

// The address of a file of the figure, at the rate that its slider stands at.
function addressOf(code, form) {
  const figure = code.closest("scenario-figure");
  const rate = figure?.querySelector("[data-rate]");
  const own = figure?.querySelector("[data-mark]")?.dataset.mark;
  const address = code.dataset[form];
  if (!rate || rate.value === own || rate.getAttribute("aria-invalid") === "true") return address;
  return `${address}?lr=${encodeURIComponent(rate.value)}`;
}

async function load(code) {
  const find = parts(code);
  const address = addressOf(code, "program");
  if (code.dataset.shown === address) return;
  code.dataset.shown = address;
  find("file=program").href = address;
  find("file=notebook").href = addressOf(code, "notebook");
  try {
    const answer = await fetch(address, {credentials: "same-origin"});
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (code.dataset.shown !== address) return; // the slider has moved on
    find("source").firstElementChild.textContent = text;
    find("source").hidden = find("copy").hidden = false;
    find("told").textContent = "";
  } catch {
    if (code.dataset.shown !== address) return;
    delete code.dataset.shown; // opening it again tries again
    find("told").textContent = code.dataset.textFailed;
  }
}

async function copy(code) {
  const find = parts(code);
  const source = find("source");
  let copied = false;
  try {
    await navigator.clipboard.writeText(source.textContent);
    copied = true;
  } catch {
    // No clipboard here (an address without TLS, or not allowed): select the text, so that a key press copies it.
    getSelection().selectAllChildren(source);
    source.focus({preventScroll: true});
  }
  // Emptied first, so that a second press is told again.
  find("told").textContent = "";
  requestAnimationFrame(() => { find("told").textContent = copied ? code.dataset.textCopied : code.dataset.textSelected; });
}

function moved(event) {
  const code = event.target.closest?.("scenario-figure")?.querySelector("details[data-code][open]");
  if (!code || code.contains(event.target)) return;
  clearTimeout(waiting.get(code));
  waiting.set(code, setTimeout(() => load(code), QUIET));
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-code]") && event.target.open) load(event.target);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-code] [data-copy]");
  if (button) copy(button.closest("[data-code]"));
  else moved(event); // a mark beside the slider
});
document.addEventListener("input", moved);
document.addEventListener("change", moved);
