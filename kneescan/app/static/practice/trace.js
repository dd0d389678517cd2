// The trace of a squat: its FPPA over time, drawn while it is done, and kept until the next one begins.

import { text } from "../texts.js";

const SHORTEST_S = 0.8;
const [LOWEST_DEG, HIGHEST_DEG] = [-15, 30];
const SHOWN_S = 4;
const MARKS_DEG = [0, 20];
const LINES = { zero: "#dfe6ec", trace: "#56b4e9", away: "#ffb27a" };

export class SquatTrace {
  constructor(canvas, line) {
    this.canvas = canvas;
    this.line = line;
    this.clear();
  }

  clear() {
    this.now = [];
    this.shown = [];
    this.line.textContent = "";
  }

  get isEmpty() {
    return this.shown.length < 2;
  }

  /** Take a scene; `knee` is null while no leg stands alone. */
  follow(scene, knee) {
    if (knee?.is_down) {
      const leg = scene.legs.find((each) => each.is_stance);
      this.now.push({ s: performance.now() / 1e3, fppa: leg?.fppa_deg ?? null, depth: leg?.depth_pct ?? 0, place: knee.place });
      this.shown = this.now;
      this.draw();
    } else if (this.now.length > 0) {
      this.end(scene.enough);
    }
  }

  end(enoughPct) {
    const squat = this.now;
    this.now = [];
    const deepest = squat.reduce((one, other) => (other.depth > one.depth ? other : one));
    if (squat.at(-1).s - squat[0].s < SHORTEST_S || deepest.depth < enoughPct) return;
    const share = squat.filter((each) => each.place === "over").length / squat.length;
    const percent = 10 * Math.round(10 * share);
    this.line.textContent = deepest.fppa === null
      ? text("trace_share", { percent }) : text("trace_text", { fppa: Math.round(deepest.fppa), percent });
  }

  draw() {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio].map(Math.round);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    const first = this.shown[0].s;
    const lastS = Math.max(SHOWN_S, this.shown.at(-1).s - first);
    const x = (s) => ((s - first) / lastS) * width;
    const y = (deg) => height - ((Math.min(Math.max(deg, LOWEST_DEG), HIGHEST_DEG) - LOWEST_DEG) / (HIGHEST_DEG - LOWEST_DEG)) * height;
    this.drawScale(pen, width, y);
    pen.lineCap = "round";
    // Thick where the knee was not over the foot, so that colour is not needed.
    for (let n = 1; n < this.shown.length; n += 1) {
      const [before, point] = [this.shown[n - 1], this.shown[n]];
      if (before.fppa === null || point.fppa === null) continue;
      const isOver = point.place === "over";
      pen.strokeStyle = isOver ? LINES.trace : LINES.away;
      pen.lineWidth = (isOver ? 3 : 7) * devicePixelRatio;
      pen.beginPath();
      pen.moveTo(x(before.s), y(before.fppa)), pen.lineTo(x(point.s), y(point.fppa));
      pen.stroke();
    }
  }

  drawScale(pen, width, y) {
    const unit = devicePixelRatio;
    pen.strokeStyle = pen.fillStyle = LINES.zero;
    pen.font = `${14 * unit}px sans-serif`;
    for (const deg of MARKS_DEG) {
      pen.lineWidth = (deg === 0 ? 1.5 : 0.5) * unit;
      pen.setLineDash([6 * unit, 6 * unit]);
      pen.beginPath();
      pen.moveTo(0, y(deg)), pen.lineTo(width, y(deg));
      pen.stroke();
      const label = `${deg}°`;
      pen.fillText(label, width - pen.measureText(label).width, y(deg) - 3 * unit);
    }
    pen.setLineDash([]);
  }
}
