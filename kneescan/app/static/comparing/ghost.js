// Ghost: the earlier lines over the later video, on the same ankle and as large as the later leg.

import { Layers, drawing } from "../layers.js";

/** Share of the lengths in a squat that are below the one that is taken: a straight leg, without outliers. */
const STRAIGHT = 0.9;

/** Length from hip to ankle of a leg that is straight, in the squats from `low` to `high` seconds. [px] */
export function straightLength(signals, side, low, high) {
  const [hip, ankle] = ["hip", "ankle"].map((joint) => signals.joints[`${side}_${joint}`]);
  const lengths = [];
  signals.t.forEach((at, k) => {
    if (at < low || at > high) return;
    const [across, down] = [0, 1].map((axis) => [hip[2 * k + axis], ankle[2 * k + axis]]);
    if ([...across, ...down].some((value) => value === null)) return;
    lengths.push(Math.hypot(across[0] - across[1], down[0] - down[1]));
  });
  return lengths.sort((one, other) => one - other)[Math.floor(STRAIGHT * (lengths.length - 1))] ?? 0;
}

export class Ghost {
  constructor(svg, signals, side) {
    this.group = drawing("g", { class: "ghost" });
    // Under the lines of the video itself.
    svg.prepend(this.group);
    this.layers = new Layers(this.group);
    this.layers.use(signals.first);
    this.group.removeAttribute("viewBox");
    this.signals = signals;
    this.side = side;
  }

  /** Take the size from the chosen squats. */
  use(moments) {
    const [first, later] = ["first", "later"].map((name) =>
      straightLength(this.signals[name], this.side, moments[name][0], moments[name].at(-1)));
    this.scale = first > 0 && later > 0 ? later / first : 0;
  }

  /** `ankle` is that of the later video in the picture that is shown; null hides the ghost. */
  draw(frame, ankle) {
    const own = this.layers.at(`${this.side}_ankle`, frame);
    const isThere = Boolean(own && ankle && this.scale);
    this.group.setAttribute("visibility", isThere ? "visible" : "hidden");
    this.group.classList.toggle("away", !isThere);
    if (!isThere) return;
    const [right, down] = own.map((value, axis) => ankle[axis] - this.scale * value);
    this.group.setAttribute("transform", `translate(${right} ${down}) scale(${this.scale})`);
    this.layers.draw(frame, this.side, "");
  }
}
