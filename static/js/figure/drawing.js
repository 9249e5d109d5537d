// The live drawing of a figure: one Vega view per panel, in place of the static pictures.

const plain = (row) => Object.fromEntries(Object.entries(row)); // without the marks that Vega puts on rows

export class Drawing {
  // Loads Vega and the panels' descriptions, then puts a live view into every panel of `root`.
  static async load(root, engineUrl, vegaUrl) {
    const [engine, description] = await Promise.all([import(engineUrl), getJson(vegaUrl)]);
    const drawing = new Drawing();
    await Promise.all(description.panels.map((panel) => drawing.add(root, engine, panel)));
    return drawing;
  }

  constructor() {
    this.panels = new Map();
  }

  async add(root, {View, parse, expressionInterpreter}, {kind, vega}) {
    const place = root.querySelector(`[data-panel="${kind}"]`);
    if (!place) return;
    const rows = new Map(vega.data.filter((set) => set.values).map((set) => [set.name, set.values.map(plain)]));
    const box = document.createElement("div");
    const view = new View(parse(vega, null, {ast: true}), {
      renderer: "svg", container: box, expr: expressionInterpreter, hover: false, logLevel: 1,
    });
    await view.runAsync();
    const still = place.querySelector("svg");
    const svg = box.querySelector("svg");
    name(svg, still?.querySelector("title")?.textContent ?? kind, still?.querySelector("desc")?.textContent ?? "");
    // The server's picture stays until the live one is complete.
    for (const attribute of ["role", "aria-label", "aria-roledescription", "aria-hidden", "tabindex"]) box.removeAttribute(attribute);
    place.replaceChildren(box);
    this.panels.set(kind, {view, rows, svg});
  }

  // New data: rows of the long datasets replace those of the same id, the short datasets are replaced as a whole.
  async update(panels, merge, description) {
    await Promise.all(Object.entries(panels).map(async ([kind, sets]) => {
      const panel = this.panels.get(kind);
      if (!panel) return;
      for (const [set, fresh] of Object.entries(sets)) {
        const ids = new Map(fresh.map((row) => [row.id, row]));
        const rows = merge.includes(set) ? panel.rows.get(set).map((row) => ids.get(row.id) ?? row) : fresh;
        panel.rows.set(set, rows);
        panel.view.data(set, rows.map(plain));
      }
      await panel.view.runAsync();
      const desc = panel.svg.querySelector(":scope > desc");
      if (desc) desc.textContent = description;
    }));
  }

  // Show the runs as they are at a step, null for the whole runs.
  async at(step) {
    await Promise.all([...this.panels.values()].map(({view}) => view.signal("at", step).runAsync()));
  }

  // The step under a pointer, where the panel has steps along its x axis; else null.
  stepUnder(kind, clientX) {
    const panel = this.panels.get(kind);
    if (!panel || (kind !== "loss" && kind !== "rate")) return null;
    const box = panel.svg.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * panel.svg.viewBox.baseVal.width - panel.view.origin()[0];
    const step = Math.round(panel.view.scale("x").invert(x));
    const [low, high] = panel.view.scale("x").domain();
    return step < low - 0.03 * high || step > high * 1.03 ? null : Math.min(Math.max(step, 0), high);
  }

  // [{id, loss | null, mean}]: every run's loss at a step, of a noisy one the mean nearby; null after it diverged.
  losses(step) {
    const panel = this.panels.get("loss");
    const ends = new Map(panel.rows.get("ends").map((row) => [row.id, row]));
    return panel.rows.get("curves").map(({id, step: steps, loss, low}) => {
      const end = ends.get(id);
      if (end?.diverged && step >= end.step) return {id, loss: null};
      let index = steps.length - 1;
      while (index > 0 && steps[index] > step) index -= 1;
      return {id, loss: loss[index], mean: low !== undefined};
    });
  }

  // [id, name] of every run, as its label says.
  labels() {
    const panel = this.panels.get("loss");
    const shown = new Set(panel.rows.get("curves").map((row) => row.id));
    return panel.rows.get("labels").filter((row) => shown.has(row.id)).map((row) => [row.id, row.text]);
  }

  close() {
    for (const {view} of this.panels.values()) view.finalize();
  }
}

// The live picture is one image too. Its name is a label, not a <title>, which would pop up under the pointer.
function name(svg, title, description) {
  const desc = document.createElementNS("http://www.w3.org/2000/svg", "desc");
  desc.textContent = description;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  svg.prepend(desc);
}

export async function getJson(url, signal) {
  const response = await fetch(url, {headers: {Accept: "application/json"}, signal});
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After"));
    throw Object.assign(new Error(`${response.status}`), {status: response.status, retryAfter});
  }
  return response.json();
}
