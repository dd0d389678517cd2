// The stage of practice: over the mirror lies a band above the foot; the knee in it or not is told by colour, shape,
// word and sound. Where the knee is, the app decides.

import { Filming } from "../filming/record_stage.js";
import { text } from "../texts.js";
import { SquatTrace } from "./trace.js";

const COLORS = { over: "#63e6b8", inside: "#ffb27a", outside: "#ffb27a" };
const WORDS = { over: "knee_over", inside: "knee_inside", outside: "knee_outside" };
const SIGNS = { over: "●", inside: "◆", outside: "◆" };
const LEFT_IT = [330, 0.15]; // Tone in Hz and s: low and short.
const KNEE = 25, HIP = 23, TOE = 31;
const part = (id) => document.getElementById(id);

export class Practising extends Filming {
  constructor(stream, order, voice, hasTone) {
    super(stream, order, voice);
    this.hasTone = hasTone;
    this.trace = new SquatTrace(part("trace"), part("trace-text"));
    this.isAway = false;
  }

  clear() {
    super.clear();
    this.drawBand(null);
    part("place").hidden = true;
    part("trace-part").hidden = true;
    this.trace.clear();
  }

  draw(scene) {
    super.draw(scene);
    const knee = scene.stage === "squatting" ? scene.knee : null;
    this.showPlace(scene, knee);
    this.drawBand(scene, knee);
    this.sound(knee);
    this.trace.follow(scene, knee);
    part("trace-part").hidden = this.trace.isEmpty;
  }

  showPlace(scene, knee) {
    const place = part("place");
    // A warning comes first: nobody is seen, or why a squat does not count.
    place.hidden = !knee || scene.tone === "warning";
    if (place.hidden) return;
    const words = `${SIGNS[knee.place]} ${text(WORDS[knee.place])}`;
    if (place.textContent !== words) place.textContent = words;
    place.className = `place ${knee.place}`;
  }

  /** A low tone when the knee is outside the band in a squat, once each time. */
  sound(knee) {
    const isAway = Boolean(knee?.is_down) && knee.place !== "over";
    if (isAway && !this.isAway && this.hasTone) this.voice.beep(...LEFT_IT);
    this.isAway = isAway;
  }

  drawBand(scene, knee) {
    const [canvas, film] = [part("band"), part("film")];
    if (canvas.width !== film.videoWidth || canvas.height !== film.videoHeight) {
      canvas.width = film.videoWidth;
      canvas.height = film.videoHeight;
    }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!knee || !scene.xy) return;
    const right = scene.stance === "right" ? 1 : 0;
    const at = (index) => [scene.xy[index + right][0] * canvas.width, scene.xy[index + right][1] * canvas.height];
    const unit = Math.max(1, canvas.height / 360);
    const [[, top], [, bottom]] = [at(HIP), at(TOE)];
    const [low, high] = knee.band_x.map((share) => share * canvas.width);
    const isOver = knee.place === "over";
    pen.strokeStyle = pen.fillStyle = COLORS[knee.place];
    pen.globalAlpha = 0.25;
    pen.fillRect(low, top, high - low, bottom - top);
    pen.globalAlpha = 1;
    pen.lineWidth = 3 * unit;
    pen.setLineDash(isOver ? [] : [8 * unit, 6 * unit]);
    pen.strokeRect(low, top, high - low, bottom - top);
    pen.setLineDash([]);
    drawKnee(pen, at(KNEE), unit, isOver);
    // Back into the band.
    if (!isOver) drawArrow(pen, at(KNEE), unit, knee.place === "inside" ? knee.outward : -knee.outward);
  }
}

function drawKnee(pen, [x, y], unit, isOver) {
  const size = 9 * unit;
  pen.lineWidth = 4 * unit;
  pen.beginPath();
  if (isOver) {
    pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.fill();
  } else {
    pen.moveTo(x, y - 1.4 * size), pen.lineTo(x + 1.4 * size, y), pen.lineTo(x, y + 1.4 * size), pen.lineTo(x - 1.4 * size, y);
    pen.closePath();
  }
  pen.stroke();
}

function drawArrow(pen, [x, y], unit, way) {
  const [from, to, head] = [x + way * 18 * unit, x + way * 50 * unit, 12 * unit];
  pen.lineWidth = 6 * unit;
  pen.beginPath();
  pen.moveTo(from, y), pen.lineTo(to, y);
  pen.moveTo(to - way * head, y - head), pen.lineTo(to, y), pen.lineTo(to - way * head, y + head);
  pen.stroke();
}
