// Requests for data while a slider moves: one at a time, the latest wish wins, and never more than a few a second.

const PAUSE = 60; // ms between the end of one request and the start of the next
const PATIENCE = 15000;
const ATTEMPTS = 3; // where the site is busy, which it is for a moment only
const LONGEST_WAIT = 5; // s between them

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
    let attempt = 1;
    while (this.wish !== undefined && !this.stopped) {
      const wish = this.wish;
      this.wish = undefined;
      this.abort = new AbortController();
      const limit = setTimeout(() => this.abort.abort(), PATIENCE);
      try {
        const answer = await this.load(wish, this.abort.signal);
        if (!this.stopped) await this.show(answer, wish);
        attempt = 1;
      } catch (error) {
        if (!this.stopped && error.status === 503 && attempt < ATTEMPTS) {
          attempt += 1;
          await pause(1000 * Math.min(error.retryAfter || 1, LONGEST_WAIT));
          if (this.wish === undefined) this.wish = wish;
        } else if (!this.stopped && this.wish === undefined) {
          this.fail(error, wish);
        }
      } finally {
        clearTimeout(limit);
      }
      if (this.wish !== undefined) await pause(PAUSE);
    }
    this.busy = false;
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
