// The lab where JavaScript runs: a click on the map starts the run there, the slider writes into the form and the
// address, texts are copied. Everything else is forms and links, with or without htmx.

const lab = () => document.getElementById("lab");
const field = (name) => document.querySelector(`#lab-form [name="${CSS.escape(name)}"]`);

function prepare() {
  if (!lab()) return;
  lab().classList.add("lab-scripted");
  for (const node of lab().querySelectorAll("[data-copy-address], [data-map-hint]")) node.hidden = false;
  for (const kind of Object.keys(maps())) {
    const panel = lab().querySelector(`[data-panel="${kind}"]`);
    if (panel) panel.dataset.place = "";
  }
}

const maps = () => JSON.parse(lab()?.dataset.map ?? "{}");

// --- a click on the map ---

// Where a click on a panel lies in its axes; null outside the plot.
function placeOf(panel, map, event) {
  const box = panel.querySelector("svg").getBoundingClientRect();
  const [total, , width, height] = map.size;
  const scale = total / box.width;
  const x = ((event.clientX - box.left) * scale - map.margins[0]) / width;
  const y = 1 - ((event.clientY - box.top) * scale - map.margins[1]) / height;
  if (x < 0 || x > 1 || y < 0 || y > 1) return null;
  const at = ([low, high], share) => low + share * (high - low);
  return [at(map.x, x), at(map.y, y)].slice(0, map.dims);
}

// Three digits are as fine as a finger or a mouse points.
const typed = (place) => place.map((number) => String(Number(number.toPrecision(3)))).join(", ");

document.addEventListener("click", (event) => {
  const panel = event.target.closest?.(".figure-panel[data-place]");
  if (!panel || !event.target.closest("svg")) return;
  const place = placeOf(panel, maps()[panel.dataset.panel], event);
  const start = field("start");
  if (!place || !start) return;
  start.value = typed(place);
  tell("[data-map-hint]", lab().dataset.textStart.replace("{place}", start.value));
  run();
});

// A button is named, because the form has several.
const run = () => document.getElementById("lab-form").requestSubmit(document.getElementById("lab-run"));

// --- the slider ---

// The rate under the slider goes into the form, so that Run keeps it, and into the address.
function follow(figure) {
  const rate = figure.querySelector("[data-rate]");
  if (!rate || rate.getAttribute("aria-invalid") === "true") return;
  const series = figure.querySelector("[data-slider]").dataset.series;
  const input = document.querySelector(`#lab-form [data-rate-of="${series}"]`);
  if (input) input.value = rate.value;
  const own = figure.querySelector("[data-mark]")?.dataset.mark;
  for (const address of [location.href, document.querySelector("[data-address]")?.value]) {
    if (!address) continue;
    const moved = new URL(address);
    if (rate.value === own) moved.searchParams.delete("lr");
    else moved.searchParams.set("lr", rate.value);
    if (address === location.href) history.replaceState(history.state, "", moved);
    else document.querySelector("[data-address]").value = moved;
  }
  for (const link of lab().querySelectorAll("[data-kind]")) atRate(link, rate.value === own ? "" : rate.value);
}

// The further pictures are of the run as the slider has it.
function atRate(link, lr) {
  for (const name of ["href", "hx-get"]) {
    const address = new URL(link.getAttribute(name), location.href);
    if (lr) address.searchParams.set("lr", lr);
    else address.searchParams.delete("lr");
    link.setAttribute(name, `${address.pathname}${address.search}${address.hash}`);
  }
}

let waiting;
function moved(event) {
  const figure = event.target.closest?.("#lab scenario-figure");
  if (!figure || !event.target.closest("[data-slider]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => follow(figure), 250);
}
for (const name of ["input", "change", "click"]) document.addEventListener(name, moved);

// --- further pictures ---

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-of-run]")) return;
  for (const link of lab().querySelectorAll("[data-kind]")) {
    for (const name of ["href", "hx-get"]) {
      const address = new URL(link.getAttribute(name), location.href);
      address.searchParams.set("run", event.target.value);
      link.setAttribute(name, `${address.pathname}${address.search}${address.hash}`);
    }
  }
  lab().querySelector("[data-kind][aria-current]")?.click();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches?.("[data-kind]")) return;
  for (const link of lab().querySelectorAll("[data-kind]")) link.toggleAttribute("aria-current", false);
  event.target.setAttribute("aria-current", "true");
});

// --- copying ---

document.addEventListener("click", async (event) => {
  if (!event.target.closest?.("[data-copy-address]")) return;
  const address = document.querySelector("[data-address]");
  let copied = true;
  try {
    await navigator.clipboard.writeText(address.value);
  } catch {
    copied = false; // no clipboard here: a key press copies what is selected
    address.select();
  }
  tell("[data-copy-told]", copied ? lab().dataset.textCopied : lab().dataset.textSelected);
});

function tell(where, text) {
  const node = lab().querySelector(where);
  if (!node) return;
  node.textContent = "";
  requestAnimationFrame(() => { node.textContent = text; });
}

// --- after a swap ---

// What was unfolded stays so, and the focus stays where it was.
let unfolded = [];
let focused = "";
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll("#lab-form details[open][id]")].map((node) => node.id);
  focused = document.activeElement?.closest("#lab-form") ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  prepare();
  if (event.target.id === "lab-form" || event.target.id === "lab") for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  const form = document.getElementById("lab-form");
  if (event.target.id === "lab-form" || event.target.id === "lab") {
    const wrong = form?.querySelector("[aria-invalid=true]");
    if (wrong) return wrong.focus();
    if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  }
  if (event.target.id === "lab" && lab().querySelector("scenario-figure")) document.getElementById("result").scrollIntoView({block: "nearest"});
});
prepare();
