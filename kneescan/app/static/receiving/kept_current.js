// A page that shows a state of the app, asks for it again and again, and changes it.

import { Closed, Refused, ask } from "../server.js";
import { text } from "../texts.js";

const part = (id) => document.getElementById(id);

export class KeptCurrent {
  /** `show(state)` is called with each answer to `path`, asked for every so many milliseconds while the page is seen. */
  constructor(path, everyMs, show) {
    Object.assign(this, { path, everyMs, show, timer: 0, latest: 0, isActing: false });
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  async refresh() {
    clearTimeout(this.timer);
    if (!this.isActing) await this.tell(this.path);
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.refresh(), this.everyMs);
  }

  /** Change the state by a request that answers with the new one; whether it was done. */
  async act(options, path = this.path) {
    this.isActing = true;
    const isDone = await this.tell(path, options);
    this.isActing = false;
    return isDone;
  }

  async tell(path, options) {
    this.latest += 1;
    const own = this.latest;
    try {
      const state = await (await ask(path, options)).json();
      // What was asked later knows better.
      if (own !== this.latest) return true;
      this.show(state);
      complain("");
      return true;
    } catch (error) {
      if (error instanceof Refused) complain(error.message);
      else complain(text(error instanceof Closed ? "closed" : "lost"));
      return false;
    }
  }
}

function complain(sentence) {
  if (part("trouble").textContent !== sentence) part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
}
