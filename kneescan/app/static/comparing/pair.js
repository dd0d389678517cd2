// Pair: two players on one clock. Both are sent to the frames that a moment demands, and go on only when
// both show them, so that they never run apart.

import { Player, nearest } from "../player.js";
import { along, ticks } from "./phase.js";

/** A player that does not answer holds up the other one no longer than this. [ms] */
const PATIENCE_MS = 400;
/** Time after seeking in which browsers say that a picture is shown, if somebody can see it. [ms] */
const SHOWN_MS = 200;
/** In a window that was not seen for longer, no time has passed. [ms] */
const LONGEST_MS = 250;

export class Pair {
  /** `videos` and `signals` by `first` and `later`; `onMoment()` is called when a picture has changed. */
  constructor(videos, signals, onMoment) {
    this.signals = signals;
    this.onMoment = onMoment;
    this.at = 0;
    this.rate = 0;
    this.isLoop = true;
    this.isWaiting = false;
    this.sentAt = -Infinity;
    this.players = {};
    for (const name of ["first", "later"]) {
      this.players[name] = new Player(videos[name], signals[name].t, signals[name].first_s, () => this.changed());
      videos[name]?.addEventListener("seeked", () => setTimeout(() => this.check(), SHOWN_MS));
    }
  }

  /** Put both on the moments of chosen squats. */
  use(moments) {
    this.moments = moments;
    this.ticks = ticks(moments, { first: this.signals.first.t, later: this.signals.later.t });
    this.moveTo(Math.min(this.at, this.end));
  }

  get end() {
    return this.moments.clock.at(-1);
  }

  /** Time in one of the videos at the present moment. */
  time(name) {
    return along(this.moments.clock, this.moments[name], this.at);
  }

  frame(name) {
    return nearest(this.signals[name].t, this.time(name));
  }

  get isSettled() {
    return Object.values(this.players).every((player) => !player.video || player.shown === player.wanted);
  }

  moveTo(at) {
    this.at = Math.min(Math.max(at, 0), this.end);
    this.seek();
    this.onMoment();
  }

  /** Send both on, or remember to do so when both are there. */
  seek() {
    if (!this.isSettled && performance.now() - this.sentAt < PATIENCE_MS) {
      this.isWaiting = true;
      return;
    }
    this.isWaiting = false;
    this.sentAt = performance.now();
    for (const [name, player] of Object.entries(this.players)) player.show(this.frame(name));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PATIENCE_MS);
  }

  /** Browsers do not say which picture they show where nobody can see it; they have sought it all the same. */
  check() {
    for (const player of Object.values(this.players)) {
      if (player.video && !player.isSeeking && player.sought === player.wanted) player.tell(player.wanted);
    }
    if (this.isWaiting) this.seek();
  }

  changed() {
    if (this.isWaiting && this.isSettled) this.seek();
    this.onMoment();
  }

  pause() {
    this.rate = 0;
  }

  step(by) {
    this.pause();
    const here = nearest(this.ticks, this.at);
    this.moveTo(this.ticks[Math.min(Math.max(here + by, 0), this.ticks.length - 1)]);
  }

  play(rate) {
    const wasStill = this.rate === 0;
    this.rate = rate;
    if (!wasStill) return;
    if (rate > 0 && this.at >= this.end) this.moveTo(0);
    if (rate < 0 && this.at <= 0) this.moveTo(this.end);
    let before = performance.now();
    const go = (now) => {
      if (this.rate === 0) return;
      const at = this.at + (this.rate * Math.min(Math.max(now - before, 0), LONGEST_MS)) / 1000;
      before = now;
      const isOver = at > this.end || at < 0;
      if (isOver && !this.isLoop) this.pause();
      this.moveTo(isOver && this.isLoop ? (at < 0 ? this.end : 0) : at);
      requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  }
}
