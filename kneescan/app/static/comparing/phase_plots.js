// Plots over the squat: a curve of each video at the same moments of the clock.

import { along } from "./phase.js";
import { text as say } from "../texts.js";

const CURVES = ["fppa_deg", "depth_pct", "knee_over_foot_pct"];
const LOOK = { first: { colour: "--earlier", dash: [7, 5] }, later: { colour: "--later" } };
/** Points of a curve between two moments that fall together. */
const FINE = 60;
const HIGH_PX = 130;
/** Least height of each plot, so that noise does not look like a difference. [unit of the curve] */
const LEAST = { fppa_deg: 20, depth_pct: 10, knee_over_foot_pct: 20 };

/** Lowest and highest value of a plot. */
function range(name, low, high) {
  if (low === null || high === null) return [0, LEAST[name]];
  const missing = Math.max(LEAST[name] - (high - low), 0.1 * (high - low)) / 2;
  return [low - missing, high + missing];
}

/** Value of a curve between its frames; null beside a gap. */
function value(signals, curve, at) {
  const { t } = signals;
  let low = 0, high = t.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (t[middle] <= at) low = middle;
    else high = middle;
  }
  const [from, to] = [curve[low], curve[high]];
  if (from === null || to === null || high === low) return from;
  return from + ((to - from) * (at - t[low])) / (t[high] - t[low]);
}

export class PhasePlots {
  /** `onClock(seconds)` is called for a click or a drag. */
  constructor(holder, record, onClock) {
    this.parts = CURVES.map((name) => holder.querySelector(`[data-curve=${name}]`));
    this.record = record;
    this.onClock = onClock;
    this.plots = [];
    this.now = 0;
    new ResizeObserver(() => this.resize()).observe(holder);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plots.forEach((plot) => plot.redraw()));
  }

  use(moments) {
    this.moments = moments;
    const { clock } = moments;
    const grid = clock.slice(1).flatMap((end, k) =>
      Array.from({ length: FINE }, (_, i) => clock[k] + ((end - clock[k]) * i) / FINE));
    grid.push(clock.at(-1));
    const data = CURVES.map((name) => [grid, ...["first", "later"].map((half) => {
      const signals = this.record[half], curve = signals.curves[this.record.side]?.[name];
      return grid.map((at) => (curve ? value(signals, curve, along(clock, moments[half], at)) : null));
    })]);
    if (!this.plots.length) this.plots = this.parts.map((part, k) => this.made(part, CURVES[k], data[k]));
    else this.plots.forEach((plot, k) => plot.setData(data[k]));
    this.show(this.now);
  }

  made(part, name, data) {
    const colour = (variable) => () => getComputedStyle(part).getPropertyValue(variable);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const names = ["start", "deepest_point", "stop"];
    const plot = new uPlot(
      {
        width: part.clientWidth,
        height: HIGH_PX,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, sync: { key: "compare" } },
        scales: { x: { time: false }, y: { range: (_, low, high) => range(name, low, high) } },
        axes: [
          {
            ...axis,
            size: 28,
            splits: () => this.moments.clock,
            // Of many squats, only the deepest points have room, for a number.
            values: () => this.moments.clock.map((_, k) => {
              if (this.moments.clock.length === names.length) return say(names[k]);
              return k % names.length === 1 ? (k + 2) / names.length : "";
            }),
          },
          { ...axis, size: 44 },
        ],
        series: [{}, ...["first", "later"].map((half) => ({
          stroke: colour(LOOK[half].colour), width: 2, dash: LOOK[half].dash, points: { show: false },
        }))],
        // New scales hold from the next drawing on.
        hooks: { draw: [(drawn) => this.place(drawn)] },
      },
      data,
      part,
    );
    this.listen(plot);
    return plot;
  }

  listen(plot) {
    const at = (event) => plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x");
    plot.over.addEventListener("pointerdown", (event) => {
      plot.over.setPointerCapture(event.pointerId);
      this.onClock(at(event));
    });
    plot.over.addEventListener("pointermove", (event) => event.buttons && this.onClock(at(event)));
  }

  show(seconds) {
    this.now = seconds;
    for (const plot of this.plots) this.place(plot);
  }

  /** Put the cursor of a plot where the clock is. */
  place(plot) {
    let line = plot.over.querySelector(".now");
    if (!line) {
      line = plot.over.appendChild(document.createElement("div"));
      line.className = "now";
    }
    line.style.transform = `translateX(${plot.valToPos(this.now, "x")}px)`;
  }

  resize() {
    this.plots.forEach((plot, k) => plot.setSize({ width: this.parts[k].clientWidth, height: HIGH_PX }));
    this.show(this.now);
  }
}
