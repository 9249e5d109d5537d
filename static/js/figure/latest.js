// Requests for data while a slider moves: one at a time, the latest wish wins, and never more than a few a second.

const PAUSE = 60; // ms between the end of one request and the start of the next
const PATIENCE = 15000;

export class Latest {
  // `load(wish, signal)` fetches; `show(answer, wish)` draws; `fail(error, wish)` tells.
  constructor({load, show, fail}) {
    Object.assign(this, {load, show, fail, wish: undefined, busy: false, stopped: false});
  }

  ask(wish) {
    this.wish = wish;
    if (!this.busy) this.run();
  }

  stop() {
    this.stopped = true;
    this.abort?.abort();
  }

  async run() {
    this.busy = true;
    while (this.wish !== undefined && !this.stopped) {
      const wish = this.wish;
      this.wish = undefined;
      this.abort = new AbortController();
      const limit = setTimeout(() => this.abort.abort(), PATIENCE);
      try {
        const answer = await this.load(wish, this.abort.signal);
        if (!this.stopped) await this.show(answer, wish);
      } catch (error) {
        if (!this.stopped && this.wish === undefined) this.fail(error, wish);
      } finally {
        clearTimeout(limit);
      }
      if (this.wish !== undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.busy = false;
  }
}
