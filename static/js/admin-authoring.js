// The authoring page of items. Everything works without this file; it adds live previews, hides inputs that do not
// apply, and brings the result of a check without leaving the page.

const page = document.getElementById("authoring");
const form = page?.closest("form");
const PREVIEW_DELAY = 350; // ms after the last key

function start() {
  enhance(form);
  markKey();
  const place = document.getElementById("inspection");
  form.addEventListener("change", event => {
    if (event.target.name === "key") {
      markKey();
    }
    if (event.target.name === "scenario_source") {
      showScenarioSource();
    }
    if (event.target.name === "scenario_name") {
      describeScenario();
    }
    const builder = event.target.closest("[data-switch]");
    if (builder) {
      // A verdict told earlier is about a claim that stands no more.
      builder.closest(".form-row")?.querySelector(".option-verdict")?.remove();
      showParts(builder);
      offerRuns();
    }
  });
  document.addEventListener("formset:added", event => {
    const row = event.target;
    enhance(row);
    numberKeys();
    row.querySelector("textarea")?.focus();
  });
  // Django renumbers the remaining rows right after this event.
  document.addEventListener("formset:removed", () => setTimeout(() => { numberKeys(); markKey(); }));
  showScenarioSource();
  describeScenario();
  offerRuns();
  addEventListener("load", nameSearchFields);
  form.querySelector("[name=_check]")?.addEventListener("click", event => {
    event.preventDefault();
    check(place, event.currentTarget);
  });
}

function enhance(root) {
  root.querySelectorAll("[data-switch]").forEach(builder => {
    if (!builder.closest(".empty-form")) {
      showParts(builder);
    }
  });
  root.querySelectorAll(".scenario-builder").forEach(builder => {
    foldAway(builder, [...builder.querySelectorAll(".block[data-block^=run]")], builder.dataset.usedRuns, page.dataset.textMoreRuns);
  });
  root.querySelectorAll(".claim-builder").forEach(builder => {
    if (!builder.closest(".empty-form")) {
      const clauses = [...builder.querySelectorAll(".clause")];
      foldAway(builder, clauses, builder.dataset.used, page.dataset.textMoreClauses, shown => {
        builder.querySelector(".joined").hidden = shown < 2;
        if (shown === clauses.length && shown < Number(builder.dataset.most)) {
          clauses.push(nextClause(clauses.at(-1)));
        }
      });
    }
  });
  root.querySelectorAll("textarea[data-markdown]").forEach(area => {
    if (!area.closest(".empty-form")) {
      keepPreview(area);
    }
  });
}

// Django's autocomplete inputs come without a name for screen readers.
function nameSearchFields() {
  form.querySelectorAll(".select2-search__field").forEach(input => {
    const label = input.closest(".form-row")?.querySelector("label");
    input.setAttribute("aria-label", label?.textContent.trim() ?? "");
  });
}

// --- inputs that apply ---

function showParts(builder) {
  const chosen = builder.querySelector(`.part-${builder.dataset.switch} select`)?.value ?? "";
  builder.querySelectorAll("[data-when]").forEach(part => {
    part.hidden = !part.dataset.when.split(" ").includes(chosen);
  });
}

const SOURCE_ROWS = { named: ["scenario_name", "scenario_changes"], form: ["scenario"], json: ["scenario_json"], none: [] };

function showScenarioSource() {
  const chosen = form.querySelector("[name=scenario_source]:checked")?.value;
  if (!chosen) {
    return;
  }
  Object.values(SOURCE_ROWS).flat().forEach(name => {
    const row = form.querySelector(`.form-row.field-${name}`);
    if (row) {
      row.hidden = !SOURCE_ROWS[chosen].includes(name);
    }
  });
  const slider = form.querySelector(".form-row.field-slider");
  if (slider) {
    slider.hidden = chosen === "none";
  }
  offerRuns();
}

// An empty, hidden statement after the last one: claim_1_… becomes claim_2_….
function nextClause(last) {
  const next = last.cloneNode(true);
  const number = Number(last.querySelector("select").name.match(/_(\d+)_form$/)[1]);
  for (const node of next.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      const value = node.getAttribute(attribute);
      if (value) {
        node.setAttribute(attribute, value.replace(`_${number}_`, `_${number + 1}_`));
      }
    }
  }
  next.querySelectorAll("input").forEach(input => { input.value = ""; });
  next.querySelectorAll("select").forEach(select => { select.selectedIndex = 0; });
  next.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+/, number + 2));
  next.hidden = true;
  last.after(next);
  showParts(next.querySelector("[data-switch]"));
  return next;
}

// Shows the blocks that are used, and a button that brings the next.
function foldAway(builder, blocks, used, text, tell = () => {}) {
  let shown = Math.max(1, Number(used) || 1);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "add-block";
  button.textContent = text;
  const update = () => {
    tell(shown);
    blocks.forEach((block, index) => { block.hidden = index >= shown; });
    button.hidden = shown >= blocks.length;
  };
  button.addEventListener("click", () => {
    shown += 1;
    update();
    blocks[shown - 1].querySelector("input, select")?.focus();
  });
  blocks.at(-1)?.after(button);
  update();
}

// --- the key ---

function numberKeys() {
  form.querySelectorAll(".option-form:not(.empty-form)").forEach(row => {
    const radio = row.querySelector("input[name=key]");
    if (radio) {
      radio.value = row.id;
    }
  });
}

function markKey() {
  form.querySelectorAll(".option-form").forEach(row => {
    row.classList.toggle("is-key", Boolean(row.querySelector("input[name=key]:checked")));
  });
}

// --- named scenarios ---

let catalogue;

async function scenarios() {
  catalogue ??= fetch(page.dataset.scenariosUrl, { headers: { Accept: "application/json" } })
    .then(answer => (answer.ok ? answer.json() : {}))
    .catch(() => ({}));
  return catalogue;
}

async function describeScenario() {
  const select = form.querySelector("select[name=scenario_name]");
  if (!select) {
    return;
  }
  let summary = document.getElementById("scenario-summary");
  if (!summary) {
    summary = document.createElement("div");
    summary.id = "scenario-summary";
    summary.className = "scenario-summary help";
    select.closest(".form-row").append(summary);
  }
  const known = select.value ? (await scenarios())[select.value] : null;
  summary.replaceChildren(...[known?.summary, known?.settings].filter(Boolean).map(text => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
  offerRuns();
}

async function offerRuns() {
  const list = document.getElementById("run-labels");
  const source = form.querySelector("[name=scenario_source]:checked")?.value;
  let labels = null;
  if (source === "named") {
    const name = form.querySelector("select[name=scenario_name]")?.value;
    labels = name ? (await scenarios())[name]?.runs : null;
  } else if (source === "form") {
    labels = [...form.querySelectorAll("input.run-label")]
      .filter(input => !input.closest("[hidden]"))
      .map((input, index) => input.value || `run ${index + 1}`);
  }
  if (labels) {
    list.replaceChildren(...labels.map(label => new Option(label, label)));
  }
}

// --- Markdown ---

function keepPreview(area) {
  const shown = area.parentElement.querySelector(".md-preview");
  let timer;
  let running;
  const render = async () => {
    running?.abort();
    if (!area.value.trim()) {
      shown.replaceChildren();
      return;
    }
    running = new AbortController();
    shown.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams({ text: area.value, inline: area.dataset.markdown === "inline" ? "1" : "" });
      const answer = await fetch(page.dataset.previewUrl, {
        method: "POST", body, signal: running.signal, headers: { "X-CSRFToken": csrfToken() },
      });
      if (!answer.ok || answer.redirected) { // redirected: the session has ended
        throw new Error(String(answer.status));
      }
      // The server has sanitised it with the same allow-list as the learners' pages.
      shown.innerHTML = await answer.text();
      shown.classList.remove("failed");
    } catch (error) {
      if (error.name === "AbortError") {
        return;
      }
      shown.textContent = page.dataset.textFailed;
      shown.classList.add("failed");
    }
    shown.removeAttribute("aria-busy");
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(render, PREVIEW_DELAY);
  });
}

// --- the check ---

async function check(place, button) {
  const body = new FormData(form);
  body.append("_check", "1");
  place.setAttribute("aria-busy", "true");
  button.disabled = true;
  place.replaceChildren(pending());
  place.scrollIntoView({ block: "nearest" });
  try {
    const answer = await fetch(location.href, {
      method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "X-Check-Only": "1" },
    });
    if (!answer.ok || answer.redirected) {
      throw new Error(String(answer.status));
    }
    place.innerHTML = await answer.text();
    tellOptions(place);
  } catch {
    const line = document.createElement("p");
    line.className = "wrong pending";
    line.textContent = page.dataset.textCheckFailed;
    place.replaceChildren(line);
  }
  button.disabled = false;
  place.setAttribute("aria-busy", "false");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
}

// The verdict on an option, also beside the claim it is about.
function tellOptions(place) {
  form.querySelectorAll(".option-verdict").forEach(line => line.remove());
  place.querySelectorAll("tr[data-option]").forEach(row => {
    const field = document.querySelector(`#${CSS.escape(row.dataset.option)} .form-row.field-claim`);
    const [claim, verdict, measured] = [...row.cells].slice(1, 4).map(cell => cell.textContent.trim().replace(/\s+/g, " "));
    if (!field || !verdict) {
      return;
    }
    const line = document.createElement("p");
    line.className = `option-verdict ${row.className}`;
    line.textContent = `${claim}: ${verdict}. ${measured}`;
    field.append(line);
  });
}

function pending() {
  const line = document.createElement("p");
  line.className = "pending";
  line.append(document.createElement("progress"), page.dataset.textChecking);
  return line;
}

function csrfToken() {
  return form.querySelector("[name=csrfmiddlewaretoken]").value;
}

if (form) {
  start();
}
