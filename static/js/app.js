// What pages add where JavaScript runs: shortcut keys, elapsed time, focus after a swap, errors that can be retried.
// Nothing here is needed to answer: every form works without it.

const root = document.documentElement;
let shownAt = performance.now();

// --- shortcut keys: 1-8 choose or rate, Enter checks, space reveals a card, n goes on ---

const TYPING = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";
const ACTING = "a, button, summary, input, textarea, select, [role=button]";

function chooseOption(number) {
  const option = document.querySelectorAll("form[data-answer] input[name=choice]")[number - 1];
  if (!option) return false;
  option.checked = true;
  option.focus();
  return true;
}

function rateCard(number) {
  const button = document.querySelectorAll("details.reveal[open] .ratings button")[number - 1];
  button?.click();
  return Boolean(button);
}

function revealCard() {
  const card = document.querySelector("details.reveal:not([open])");
  if (!card) return false;
  card.open = true;
  return true;
}

// Enter presses the one thing that the page wants next, unless the focus is on something that takes Enter itself.
function checkAnswer() {
  const form = document.querySelector("form[data-answer]");
  if (!form?.querySelector("input[name=choice]:checked")) return false;
  form.requestSubmit();
  return true;
}

function goOn() {
  const next = document.querySelector("a[data-next]");
  next?.click();
  return Boolean(next);
}

document.addEventListener("keydown", (event) => {
  if (root.dataset.keys === "off" || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
  const acting = event.target.closest?.(ACTING);
  let done = false;
  if (event.key === "n") done = goOn();
  else if (/^[1-8]$/.test(event.key)) done = chooseOption(+event.key) || rateCard(+event.key);
  else if (event.key === " " && !acting) done = revealCard();
  else if (event.key === "Enter" && (!acting || acting.matches("input[type=radio]"))) done = checkAnswer();
  if (done) event.preventDefault();
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.reveal") && event.target.open) {
    event.target.querySelector(".ratings button[value=good]")?.focus({ preventScroll: true });
    event.target.querySelector(".ratings")?.scrollIntoView({ block: "nearest" });
  }
}, true);

// --- menus close by Escape and by a click elsewhere ---

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.account-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.account-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// --- sending an answer ---

function noteElapsed(form) {
  const field = form.querySelector("input[name=elapsed_ms]");
  if (field) field.value = Math.round(performance.now() - shownAt);
}
document.addEventListener("submit", (event) => noteElapsed(event.target), true);
document.addEventListener("htmx:configRequest", (event) => {
  const field = event.detail.elt.querySelector?.("input[name=elapsed_ms]");
  if (field) event.detail.parameters.set("elapsed_ms", Math.round(performance.now() - shownAt));
});

function errorLine(form) {
  return form.querySelector("[data-error]");
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const line = errorLine(event.detail.elt.closest("form") ?? event.detail.elt);
  if (line) line.textContent = "";
});

function sayFailed(event) {
  const asking = event.detail.elt;
  const form = asking.closest?.("form") ?? asking;
  const line = errorLine(form);
  const texts = document.getElementById("texts")?.dataset ?? {};
  const status = event.detail.xhr?.status ?? 0;
  const text = status === 429 ? texts.tooMany : status === 403 ? texts.refused : status >= 500 ? texts.broken : texts.offline;
  if (!line || asking.matches("a[href]")) {
    location.href = asking.href || form.action || location.href;
    return;
  }
  const retry = document.createElement("button");
  retry.type = "submit";
  retry.className = "ghost small";
  retry.textContent = texts.retry;
  line.replaceChildren(document.createTextNode(`${text} `), retry);
}
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, sayFailed);

// After a swap the focus goes where reading goes on; the heading is announced by that.
document.addEventListener("htmx:afterSettle", (event) => {
  shownAt = performance.now();
  const swapped = event.detail.elt;
  const target = swapped.matches?.("[data-focus]") ? swapped : swapped.querySelector?.("[data-focus]");
  // Somebody quick may have moved on inside the new piece already.
  if (!target || swapped.contains(document.activeElement)) return;
  target.focus({ preventScroll: true });
  const top = target.getBoundingClientRect().top;
  if (top < 0 || top > innerHeight * 0.6) target.scrollIntoView({ block: "start" });
});

// A form kept by the browser's back-forward cache must not stay in its sending state.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const busy of document.querySelectorAll(".htmx-request")) busy.classList.remove("htmx-request");
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});
