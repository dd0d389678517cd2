// Lines over the picture: body, stance leg, knee over foot, and the angle of this frame.

const SPACE = "http://www.w3.org/2000/svg";
const BODY = [
  ["left_shoulder", "right_shoulder"], ["left_shoulder", "left_hip"], ["right_shoulder", "right_hip"],
  ["left_hip", "right_hip"],
  ...["left", "right"].flatMap((side) => [
    [`${side}_hip`, `${side}_knee`], [`${side}_knee`, `${side}_ankle`], [`${side}_ankle`, `${side}_foot_index`],
  ]),
];

export function drawing(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export class Layers {
  constructor(svg) {
    this.svg = svg;
    this.group = Object.fromEntries(
      ["body", "leg", "foot", "angle"].map((name) => [name, svg.appendChild(drawing("g", { class: name }))]),
    );
    this.body = BODY.map(() => this.group.body.appendChild(drawing("line", {})));
    this.leg = ["thigh", "shank"].map((name) => this.group.leg.appendChild(drawing("line", { class: name })));
    this.foot = this.group.foot.appendChild(drawing("line", {}));
    this.toe = this.group.foot.appendChild(drawing("circle", {}));
    this.angle = this.group.angle.appendChild(drawing("text", {}));
  }

  use(signals) {
    this.signals = signals;
    const [width, height] = signals.size_px;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const unit = height / 960;
    this.svg.setAttribute("stroke-width", 2.5 * unit);
    this.angle.setAttribute("font-size", 30 * unit);
    this.toe.setAttribute("r", 5 * unit);
    for (const line of this.leg) line.setAttribute("stroke-width", 5 * unit);
    this.unit = unit;
  }

  switch(name, isOn) {
    this.group[name].toggleAttribute("hidden", !isOn);
    this.group[name].setAttribute("display", isOn ? "inline" : "none");
  }

  at(name, frame) {
    const xy = this.signals.joints[name];
    const [x, y] = [xy[2 * frame], xy[2 * frame + 1]];
    return x === null || y === null || x === undefined ? null : [x, y];
  }

  /** Draw a frame; nothing is drawn of what a reader must not see yet. */
  draw(frame, side, degrees, isBlind = false) {
    for (const name of Object.keys(this.group)) this.group[name].classList.toggle("blind", isBlind);
    BODY.forEach(([from, to], k) => between(this.body[k], this.at(from, frame), this.at(to, frame)));
    const [hip, knee, ankle, toe] = ["hip", "knee", "ankle", "foot_index"].map((joint) => this.at(`${side}_${joint}`, frame));
    between(this.leg[0], hip, knee);
    between(this.leg[1], knee, ankle);
    between(this.foot, knee, knee && toe ? [knee[0], toe[1]] : null);
    show(this.toe, toe);
    if (toe) place(this.toe, { cx: toe[0], cy: toe[1] });
    show(this.angle, knee);
    if (knee) place(this.angle, { x: knee[0] + 16 * this.unit, y: knee[1] });
    this.angle.textContent = isBlind ? "" : degrees;
  }
}

function place(shape, attributes) {
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
}

function show(shape, isThere) {
  shape.setAttribute("visibility", isThere ? "visible" : "hidden");
}

function between(line, from, to) {
  show(line, from && to);
  if (from && to) place(line, { x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
}
