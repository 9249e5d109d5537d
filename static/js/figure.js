// <scenario-figure>: makes the figure of a run live. The page works without it: the picture is in it, and the
// slider's form asks for another one. Vega is loaded when a control of the figure is touched, not before.

import "./code.js";
import {Drawing, getJson} from "./figure/drawing.js";
import {Latest} from "./figure/latest.js";
import {formatNumber, readRate} from "./figure/numbers.js";

const PLAY_SECONDS = 9; // at most; short runs go at a step each 160 ms
const QUIET = 600; // ms without a change before the new state is read out
const still = matchMedia("(prefers-reduced-motion: reduce)");

class ScenarioFigure extends HTMLElement {
  connectedCallback() {
    if (this.ready || !this.querySelector("[data-panels]")) return;
    this.ready = true;
    this.find = (name) => this.querySelector(`[data-${name}]`);
    this.figure = this.querySelector("figure");
    this.at = null;
    this.steps = Number(this.dataset.steps);
    this.latest = new Latest({
      load: (rate, signal) => getJson(rate === null ? this.dataset.data : `${this.dataset.data}?lr=${encodeURIComponent(rate)}`, signal),
      show: (data) => this.show(data),
      fail: (error, rate) => this.problem(error, () => this.ask(rate)),
    });
    this.prepareSlider();
    this.prepareSteps();
    this.find("retry").addEventListener("click", () => this.retry?.());
    const touched = () => this.live().catch(() => {});
    for (const name of ["panels", "slider", "stepper"]) {
      this.find(name)?.addEventListener("focusin", touched);
      // A finger on the picture is most often on its way down the page.
      if (name !== "panels") this.find(name)?.addEventListener("pointerdown", touched, {passive: true});
    }
  }

  disconnectedCallback() {
    // A move within the page disconnects too; what is gone for good is not connected a moment later.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.pause();
      this.latest?.stop();
      this.drawing?.close();
      this.loading = this.drawing = undefined;
    });
  }

  // Load the live drawing, once; after a failure the next touch tries again.
  live() {
    this.loading ??= this.load().catch((error) => {
      this.loading = undefined;
      this.problem(error, () => this.live());
      throw error;
    });
    return this.loading;
  }

  async load() {
    this.figure.classList.add("waiting");
    try {
      this.drawing = await Drawing.load(this, this.dataset.engine, this.dataset.vega);
      if (!this.isConnected) this.drawing.close();
      // The page may show another rate than the scenario's: the form was used without this script, or a reload kept it.
      const rate = readRate(this.find("rate")?.value ?? "");
      if (this.latest.wish === undefined && !this.latest.busy && rate && rate !== this.own) this.ask(rate);
    } finally {
      this.figure.classList.remove("waiting");
    }
  }

  // --- the slider ---

  prepareSlider() {
    const form = this.find("slider");
    if (!form) return;
    this.range = this.find("range");
    this.rate = this.find("rate");
    this.grid = this.range.dataset.grid.split(" ").map(Number);
    this.own = readRate(this.querySelector("[data-mark]")?.dataset.mark ?? "");
    form.classList.add("live");
    this.find("track").hidden = false;
    this.range.addEventListener("input", () => this.choose(this.grid[this.range.value]));
    this.rate.addEventListener("input", () => this.typed(false));
    this.rate.addEventListener("change", () => this.typed(true));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.typed(true);
    });
    for (const link of this.querySelectorAll("[data-mark]")) {
      this.find("track").append(this.tick(link));
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        const rate = readRate(link.dataset.mark);
        this.range.value = this.nearest(rate);
        this.choose(rate);
      });
    }
  }

  // A mark over the track where a rate worth jumping to is.
  tick(link) {
    const mark = element("span", "");
    mark.className = "figure-tick";
    mark.dataset.series = link.dataset.series;
    mark.style.setProperty("--at", this.nearest(readRate(link.dataset.mark)) / (this.grid.length - 1));
    return mark;
  }

  typed(done) {
    const rate = readRate(this.rate.value);
    const {low, high} = this.rate.dataset;
    const fits = rate >= Number(low) && rate <= Number(high);
    this.rate.toggleAttribute("aria-invalid", false);
    if (!fits) {
      if (!done) return;
      this.rate.setAttribute("aria-invalid", "true");
      this.find("error").textContent = `${this.querySelector("label").textContent} ${this.dataset.textRange.replace("{low}", low).replace("{high}", high)}.`;
      return;
    }
    this.range.value = this.nearest(rate);
    this.choose(rate, {typing: !done});
  }

  nearest(rate) {
    let best = 0;
    this.grid.forEach((value, index) => {
      if (Math.abs(Math.log(value / rate)) < Math.abs(Math.log(this.grid[best] / rate))) best = index;
    });
    return best;
  }

  choose(rate, {typing = false} = {}) {
    this.find("error").textContent = "";
    this.rate.removeAttribute("aria-invalid");
    if (!typing) this.rate.value = String(rate);
    this.range.setAttribute("aria-valuetext", formatNumber(rate, 4));
    this.ask(rate);
  }

  ask(rate) {
    const lab = this.find("lab");
    if (lab) lab.href = lab.dataset.lab + (rate === this.own ? "" : `&lr=${encodeURIComponent(rate)}`);
    this.live().then(() => this.latest.ask(rate === this.own ? null : rate), () => {});
  }

  async show(data) {
    await this.live();
    this.find("problem").hidden = true;
    await this.drawing.update(data.panels, data.merge, data.description);
    this.names = new Map(data.runs.map((run) => [run.id, run.name]));
    this.tell(data);
    this.say("status", data.description, QUIET);
    this.readOut();
  }

  tell({runs, table}) {
    const paragraphs = runs.map(({name, words}) => {
      const paragraph = document.createElement("p");
      if (runs.length > 1) paragraph.append(element("strong", `${name}.`), " ");
      paragraph.append(words);
      return paragraph;
    });
    this.find("words").replaceChildren(...paragraphs);
    const cell = (tag, scope) => (text, index) => {
      const node = element(index === 0 ? "th" : tag, text);
      if (index === 0 || tag === "th") node.scope = index === 0 && tag === "td" ? "row" : scope;
      if (index > 0) node.className = "n";
      return node;
    };
    const row = (texts, tag) => {
      const node = document.createElement("tr");
      node.append(...texts.map(cell(tag, "col")));
      return node;
    };
    const [head, body] = [this.find("table").tHead, this.find("table").tBodies[0]];
    head.replaceChildren(row(table.headers, "th"));
    body.replaceChildren(...table.rows.map((texts) => row(texts, "td")));
  }

  // --- step by step ---

  prepareSteps() {
    const group = this.find("stepper");
    group.hidden = false;
    const doing = {
      play: () => (this.timer ? this.pause() : this.play()),
      back: () => this.go((this.at ?? this.steps + 1) - 1),
      forward: () => this.go(this.at === null ? 0 : this.at + 1),
      whole: () => this.go(null),
    };
    for (const button of group.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => {
        if (button.dataset.do !== "play") this.pause();
        doing[button.dataset.do]();
      });
    }
    const panels = this.find("panels");
    panels.tabIndex = 0;
    panels.setAttribute("role", "group");
    panels.setAttribute("aria-label", this.dataset.textPlot);
    panels.addEventListener("keydown", (event) => this.key(event));
    panels.addEventListener("pointermove", (event) => this.hover(event));
    panels.addEventListener("pointerleave", () => this.hovering && this.go(null));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const far = Math.max(Math.round(this.steps / 10), 1);
    const here = this.at ?? -1;
    const target = {
      ArrowRight: here + 1, ArrowLeft: (this.at ?? this.steps + 1) - 1, PageUp: here + far, PageDown: (this.at ?? this.steps + far) - far,
      Home: 0, End: this.steps, Escape: null,
    }[event.key];
    if (target === undefined || (event.key === "Escape" && this.at === null)) return;
    event.preventDefault();
    this.pause();
    this.go(target);
  }

  hover(event) {
    if (!this.drawing || this.timer || event.pointerType === "touch") return;
    const kind = event.target.closest("[data-panel]")?.dataset.panel;
    const step = kind ? this.drawing.stepUnder(kind, event.clientX) : null;
    if (step !== null) this.go(step, {hovering: true});
    else if (this.hovering) this.go(null);
  }

  play() {
    const whole = this.at === null || this.at >= this.steps;
    // Where motion is not wanted, the button shows the end of the run; the arrows go through it.
    if (still.matches) return this.go(this.steps);
    const stride = Math.max(1, Math.ceil((this.steps * 0.04) / PLAY_SECONDS));
    const pause = Math.max(40, Math.min(160, (PLAY_SECONDS * 1000 * stride) / this.steps));
    this.playing(true);
    this.go(whole ? 0 : this.at);
    this.timer = setInterval(() => {
      if (this.busy) return;
      this.go(this.at + stride);
      if (this.at >= this.steps) this.pause();
    }, pause);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.figure) this.playing(false);
  }

  playing(on) {
    const button = this.querySelector("[data-do=play]");
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-icon]").textContent = on ? "❚❚" : "▶";
    button.querySelector("[data-name]").textContent = on ? this.dataset.textPause : this.dataset.textPlay;
  }

  async go(step, {hovering = false} = {}) {
    this.hovering = hovering;
    this.at = step === null ? null : Math.min(Math.max(step, 0), this.steps);
    this.querySelector("[data-do=whole]").hidden = this.at === null;
    this.busy = true;
    try {
      await this.live();
      await this.drawing.at(this.at);
      this.readOut();
    } catch {
      this.pause();
    } finally {
      this.busy = false;
    }
  }

  // The losses at the step: shown at once; a screen reader hears them when the step rests.
  readOut() {
    if (this.at === null) return this.say("readout", "");
    this.names ??= new Map(this.drawing.labels());
    const losses = this.drawing.losses(this.at).map(({id, loss, mean}) => {
      const number = loss === null ? this.dataset.textDiverged : formatNumber(loss);
      const value = mean ? this.dataset.textMean.replace("{loss}", number) : number;
      return this.names.size > 1 ? `${value} (${this.names.get(id) ?? id})` : value;
    });
    const text = this.dataset.textStep.replace("{step}", this.at).replace("{losses}", losses.join(" · "));
    const readout = this.find("readout");
    readout.setAttribute("aria-live", this.timer || this.hovering ? "off" : "polite");
    this.say("readout", text, this.timer || this.hovering ? 0 : QUIET / 4);
  }

  say(where, text, wait = 0) {
    this.quiet ??= {};
    clearTimeout(this.quiet[where]);
    this.quiet[where] = setTimeout(() => (this.find(where).textContent = text), wait);
  }

  // --- when something fails ---

  problem(error, retry) {
    const text = [429, 503].includes(error.status) ? this.dataset.textBusy : error.status ? this.dataset.textFailed : this.dataset.textOffline;
    this.retry = () => {
      this.find("problem").hidden = true;
      retry();
    };
    this.find("problem").hidden = false;
    this.find("problem-text").textContent = text;
  }
}

function element(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

customElements.define("scenario-figure", ScenarioFigure);
