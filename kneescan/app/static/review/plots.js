// Plots: depth, FPPA and knee over foot at the time of the video; the borders of squats can be dragged.

const NEAR_PX = { mouse: 8, pen: 12, touch: 22 };
const MOVED_PX = 3; // A hand that clicks moves as much.
const CURVES = ["depth_pct", "fppa_deg", "knee_over_foot_pct"];
/** What lies further out, as in a video upside down, is no squat, and would leave no room for curve and numbers. */
const SENSIBLE = { depth_pct: [-20, 100], fppa_deg: [-180, 180], knee_over_foot_pct: [-100, 100] };
const LINES_PX = 16; // Least distance of the numbers on an axis: low curves need more than one of them.
const PAD = 0.1; // Of the range, as usual in uPlot.
const PHONE = matchMedia("(max-width: 999px)");
/** On a phone, curves are low, and the last one has the times of all, so that picture, curves and squats are close. */
const height = (isBare) => (PHONE.matches ? (isBare ? 56 : 82) : 110);

export class Plots {
  /** `onTime(seconds)` is called for a click, `onBorder(squat, name, seconds)` for a border that was dragged. */
  constructor(holder, onTime, onBorder) {
    this.parts = CURVES.map((name) => holder.querySelector(`[data-curve=${name}]`));
    this.onTime = onTime;
    this.onBorder = onBorder;
    this.squats = [];
    this.plots = [];
    this.isBare = CURVES.map((_, k) => PHONE.matches && k < CURVES.length - 1);
    this.now = 0;
    this.chosen = null;
    new ResizeObserver(() => this.resize()).observe(holder);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plots.forEach((plot) => plot.redraw()));
  }

  use(signals, squats, sideAt) {
    this.squats = squats;
    const sides = signals.t.map((at) => sideAt(at));
    const series = CURVES.map((name) => sides.map((side, k) => signals.curves[side]?.[name][k] ?? null));
    if (!this.plots.length) this.plots = this.parts.map((part, k) => this.made(part, [signals.t, series[k]], this.isBare[k]));
    else this.plots.forEach((plot, k) => plot.setData([signals.t, series[k]]));
    this.show(this.now);
  }

  made(part, data, isBare) {
    const colour = (name) => () => getComputedStyle(part).getPropertyValue(name);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const plot = new uPlot(
      {
        width: part.clientWidth,
        height: height(isBare),
        // Alike with times below and without, so that the same moment is in one line.
        ...(PHONE.matches && { padding: [5, 16, isBare ? 4 : 0, 0] }),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, sync: { key: "review" } },
        scales: { x: { time: false }, y: { range: (_, ...ends) => this.range(part.dataset.curve, ends.slice(0, 2)) } },
        axes: [{ ...axis, size: 28, show: !isBare }, { ...axis, size: 44, space: LINES_PX }],
        series: [{}, { stroke: colour("--link"), width: 2, points: { show: false } }],
        hooks: { drawClear: [(drawn) => this.shade(drawn, part)] },
      },
      data,
      part,
    );
    const line = plot.over.appendChild(document.createElement("div"));
    line.className = "now";
    this.listen(plot);
    return plot;
  }

  /** Least and largest value that are shown. */
  range(name, ends) {
    if (ends.some((end) => end === null)) return [null, null];
    const [low, high] = SENSIBLE[name];
    const [least, most] = uPlot.rangeNum(...ends.map((end) => Math.min(Math.max(end, low), high)), PAD, true);
    return [Math.max(least, low), Math.min(most, high)];
  }

  /** Squats as areas; those that do not count are only framed. */
  shade(plot, part) {
    const { ctx, bbox } = plot;
    const isChosen = (squat) => this.chosen !== null && squat.deepest_s === this.chosen;
    const style = getComputedStyle(part);
    ctx.save();
    for (const squat of this.squats) {
      const [from, to] = ["start_s", "stop_s"].map((name) => plot.valToPos(this.dragged(squat, name), "x", true));
      ctx.fillStyle = style.getPropertyValue("--panel");
      ctx.strokeStyle = style.getPropertyValue(isChosen(squat) ? "--link" : "--soft");
      ctx.lineWidth = isChosen(squat) ? 3 * devicePixelRatio : devicePixelRatio;
      ctx.setLineDash(squat.valid ? [] : [4, 4]);
      if (squat.valid) ctx.fillRect(from, bbox.top, to - from, bbox.height);
      ctx.strokeRect(from, bbox.top, to - from, bbox.height);
    }
    ctx.restore();
  }

  dragged(squat, name) {
    const { drag } = this;
    return drag && drag.squat === squat && drag.name === name ? drag.at : squat[name];
  }

  listen(plot) {
    const place = (event) => event.clientX - plot.over.getBoundingClientRect().left;
    const border = (event) =>
      this.squats
        // A finger is broad: it moves the borders of the chosen squat only.
        .filter((squat) => event.pointerType !== "touch" || squat.deepest_s === this.chosen)
        .flatMap((squat) => ["start_s", "stop_s"].map((name) => ({ squat, name, off: Math.abs(plot.valToPos(squat[name], "x") - place(event)) })))
        .filter((each) => each.off <= (NEAR_PX[event.pointerType] ?? NEAR_PX.mouse))
        .sort((one, other) => one.off - other.off)[0];
    plot.over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const found = border(event);
      const at = plot.posToVal(place(event), "x");
      this.drag = found ? { ...found, at: found.squat[found.name], from: event.clientX } : { at };
      plot.over.setPointerCapture(event.pointerId);
      this.onTime(found ? found.squat[found.name] : at);
    });
    plot.over.addEventListener("pointermove", (event) => {
      plot.over.classList.toggle("border", Boolean(border(event)));
      const { drag } = this;
      if (!drag || (drag.squat && !drag.hasMoved && Math.abs(event.clientX - drag.from) < MOVED_PX)) return;
      drag.hasMoved = true;
      drag.at = Math.max(0, plot.posToVal(place(event), "x"));
      this.onTime(drag.at);
      if (drag.squat) this.redraw();
    });
    plot.over.addEventListener("pointerup", () => this.drop(true));
    plot.over.addEventListener("pointercancel", () => this.drop(false));
  }

  /** End a drag; true if there was one. */
  drop(isDone) {
    const { drag } = this;
    this.drag = null;
    if (isDone && drag?.squat && drag.hasMoved) this.onBorder(drag.squat, drag.name, drag.at);
    this.redraw();
    return Boolean(drag);
  }

  /** Mark a squat, named by its deepest moment; null for none. */
  choose(deepest) {
    this.chosen = deepest;
    this.redraw();
  }

  redraw() {
    this.plots.forEach((each) => each.redraw(false));
  }

  show(seconds) {
    this.now = seconds;
    for (const plot of this.plots) {
      plot.over.querySelector(".now").style.transform = `translateX(${plot.valToPos(seconds, "x")}px)`;
    }
  }

  resize() {
    this.plots.forEach((plot, k) => plot.setSize({ width: this.parts[k].clientWidth, height: height(this.isBare[k]) }));
    this.show(this.now);
  }
}
