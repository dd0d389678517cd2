// Plots: depth, FPPA and knee over foot at the time of the video; the borders of squats can be dragged.

const NEAR_PX = 8;
const CURVES = ["depth_pct", "fppa_deg", "knee_over_foot_pct"];

export class Plots {
  /** `onTime(seconds)` is called for a click, `onBorder(squat, name, seconds)` for a border that was dragged. */
  constructor(holder, onTime, onBorder) {
    this.parts = CURVES.map((name) => holder.querySelector(`[data-curve=${name}]`));
    this.onTime = onTime;
    this.onBorder = onBorder;
    this.squats = [];
    this.plots = [];
    this.now = 0;
    new ResizeObserver(() => this.resize()).observe(holder);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plots.forEach((plot) => plot.redraw()));
  }

  use(signals, squats, sideAt) {
    this.squats = squats;
    const sides = signals.t.map((at) => sideAt(at));
    const series = CURVES.map((name) => sides.map((side, k) => signals.curves[side]?.[name][k] ?? null));
    if (!this.plots.length) this.plots = this.parts.map((part, k) => this.made(part, [signals.t, series[k]]));
    else this.plots.forEach((plot, k) => plot.setData([signals.t, series[k]]));
    this.show(this.now);
  }

  made(part, data) {
    const colour = (name) => () => getComputedStyle(part).getPropertyValue(name);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const plot = new uPlot(
      {
        width: part.clientWidth,
        height: 110,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, sync: { key: "review" } },
        scales: { x: { time: false } },
        axes: [{ ...axis, size: 28 }, { ...axis, size: 44 }],
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

  /** Squats as areas; those that do not count are only framed. */
  shade(plot, part) {
    const { ctx, bbox } = plot;
    const style = getComputedStyle(part);
    ctx.save();
    for (const squat of this.squats) {
      const [from, to] = ["start_s", "stop_s"].map((name) => plot.valToPos(this.dragged(squat, name), "x", true));
      ctx.fillStyle = style.getPropertyValue("--panel");
      ctx.strokeStyle = style.getPropertyValue("--soft");
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
    const border = (x) =>
      this.squats
        .flatMap((squat) => ["start_s", "stop_s"].map((name) => ({ squat, name, off: Math.abs(plot.valToPos(squat[name], "x") - x) })))
        .filter((each) => each.off <= NEAR_PX)
        .sort((one, other) => one.off - other.off)[0];
    plot.over.addEventListener("pointerdown", (event) => {
      const found = border(place(event));
      const at = plot.posToVal(place(event), "x");
      this.drag = found ? { ...found, at: found.squat[found.name] } : { at };
      plot.over.setPointerCapture(event.pointerId);
      this.onTime(found ? found.squat[found.name] : at);
    });
    plot.over.addEventListener("pointermove", (event) => {
      plot.over.classList.toggle("border", Boolean(border(place(event))));
      if (!this.drag) return;
      this.drag.at = Math.max(0, plot.posToVal(place(event), "x"));
      this.onTime(this.drag.at);
      if (this.drag.squat) this.plots.forEach((each) => each.redraw(false));
    });
    const end = (isDone) => () => {
      const drag = this.drag;
      this.drag = null;
      if (isDone && drag?.squat && Math.abs(drag.at - drag.squat[drag.name]) > 0.02) this.onBorder(drag.squat, drag.name, drag.at);
      this.plots.forEach((each) => each.redraw(false));
    };
    plot.over.addEventListener("pointerup", end(true));
    plot.over.addEventListener("pointercancel", end(false));
  }

  show(seconds) {
    this.now = seconds;
    for (const plot of this.plots) {
      plot.over.querySelector(".now").style.transform = `translateX(${plot.valToPos(seconds, "x")}px)`;
    }
  }

  resize() {
    this.plots.forEach((plot, k) => plot.setSize({ width: this.parts[k].clientWidth, height: 110 }));
    this.show(this.now);
  }
}
