// The lab where JavaScript runs: a click on the map starts the run there, the slider writes into the form and the
// address, texts are copied. Everything else is forms and links, with or without htmx.

import {remember} from "./lab-tasks.js";

const lab = () => document.getElementById("lab");
const field = (name) => document.querySelector(`#lab-form [name="${CSS.escape(name)}"]`);

function prepare() {
  if (!lab()) return;
  lab().classList.add("lab-scripted");
  for (const node of lab().querySelectorAll("[data-copy-address], [data-map-hint]")) node.hidden = false;
  const figure = lab().querySelector("scenario-figure");
  if (figure) figure.dataset.shown ??= figure.querySelector("[data-rate]")?.value ?? "";
  const solved = lab().querySelector("[data-solved]");
  if (solved) remember(solved.dataset.solved);
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
    const there = new URL(address);
    if (rate.value === own) there.searchParams.delete("lr");
    else there.searchParams.set("lr", rate.value);
    if (address === location.href) history.replaceState(history.state, "", there);
    else document.querySelector("[data-address]").value = there;
  }
  for (const link of lab().querySelectorAll("[data-kind]")) atRate(link, rate.value === own ? "" : rate.value);
  // The verdict is of the last run, which the picture no longer shows.
  const moved = rate.value !== figure.dataset.shown;
  for (const node of lab().querySelectorAll("[data-of-last-run]")) node.hidden = moved;
  for (const node of lab().querySelectorAll("[data-of-slider]")) node.hidden = !moved;
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

// --- the form ---

// What was typed or chosen is not what is shown. What is typed while a run is under way is not in its answer: it is
// put back when that comes.
const late = new Map();
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (!event.target.closest?.("#lab-form")) return;
    late.set(event.target.name, event.target.value);
    lab().querySelector("[data-pending]").hidden = false;
  });
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest?.("#lab-form")) late.clear();
});
function putBack() {
  for (const [name, value] of late) {
    const input = field(name);
    if (!input || input.value === value) continue;
    input.value = value;
    lab().querySelector("[data-pending]").hidden = false;
  }
  late.clear();
}

// A choice that brings other settings is sent at once where it was pointed at. Where it is typed, letter by letter or
// with the arrow keys, every step on the way is a change: then it waits for a pause, or for the focus to leave.
let typing = false;
let choosing;
document.addEventListener("keydown", () => {
  typing = true;
  if (choosing) wait(choosing.select); // the next letter of a name need not change the choice
}, true);
document.addEventListener("pointerdown", () => { typing = false; }, true);
function wait(select) {
  clearTimeout(choosing?.timer);
  choosing = {select, timer: setTimeout(() => chosen(select), 1000)};
}
function chosen(select) {
  clearTimeout(choosing?.timer);
  choosing = undefined;
  select.dispatchEvent(new Event("switched"));
}
document.addEventListener("change", (event) => {
  const select = event.target;
  if (!select.matches?.("[data-switches]")) return;
  if (typing) wait(select);
  else chosen(select);
});
document.addEventListener("focusout", (event) => {
  if (choosing && event.target === choosing.select) chosen(choosing.select);
});

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

// What was unfolded stays so, and the focus stays where it was. Buttons that add or remove a run may be gone: the run
// that was added gets the focus, and the one that comes in the place of one that was removed, or the last.
let unfolded = [];
let focused = "";
let toRun = "";
function focusRun() {
  const runs = document.querySelectorAll("#lab-form [data-run] > summary");
  const last = runs.length - 1;
  runs[toRun === "add-run" ? last : Math.min(Number(toRun.split(":")[1]), last)]?.focus();
  toRun = "";
}
let scrolled = 0;
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll(":is(#lab-form, #task) details[open][id]")].map((node) => node.id);
  scrolled = window.scrollY;
  const active = document.activeElement;
  focused = active?.closest("#lab-form") ? active.dataset.then ?? active.id : "";
  toRun = active?.matches("#lab-form :is(.lab-add, .lab-remove) button") ? active.value : "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  prepare();
  if (event.target.id === "lab-form" || event.target.id === "lab") for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  const form = document.getElementById("lab-form");
  if (event.target.id === "lab-form" || event.target.id === "lab") {
    putBack();
    const wrong = form?.querySelector("[aria-invalid=true]");
    if (wrong) return wrong.focus();
    if (toRun) focusRun();
    if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  }
  if (event.target.id === "lab" && lab().querySelector("scenario-figure")) intoSight();
});

// After a run the page stays where it is; only a figure that would be out of sight is brought there. On a phone the
// figure follows Run and the verdict beside it.
function intoSight() {
  const figure = lab().querySelector(".figure-card");
  const beside = figure.getBoundingClientRect().left > document.getElementById("lab-form").getBoundingClientRect().left;
  if (!beside) {
    const go = lab().querySelector(".lab-go").offsetHeight;
    const end = document.getElementById("lab-form").getBoundingClientRect().bottom;
    return window.scrollTo({top: window.scrollY + end - go, behavior: "instant"});
  }
  window.scrollTo({top: scrolled, behavior: "instant"});
  const {top, bottom, height} = figure.getBoundingClientRect();
  const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  if (top < 0 || seen < 0.6 * Math.min(height, window.innerHeight)) figure.scrollIntoView({block: "nearest"});
}
prepare();
