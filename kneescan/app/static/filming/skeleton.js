// The skeleton over the picture, as the live view draws it: pale, the stance leg thick, and the knee's plumb line.

const PALE = "#dfe6ec";
const STANCE = "#56b4e9";
const PLUMB = "#ff9e4a";
const MIN_VISIBILITY = 0.5;
const SHOULDER = 11, ELBOW = 13, WRIST = 15, HIP = 23, KNEE = 25, ANKLE = 27, TOE = 31;

/** Draw the landmarks of a scene into a canvas with as many pixels as the picture; nothing if there are none. */
export function drawSkeleton(canvas, scene) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (!scene?.xy) return;
  const unit = Math.max(1, canvas.height / 360);
  const at = (index) => {
    const [x, y] = scene.xy[index];
    return x !== null && scene.visibility[index] >= MIN_VISIBILITY ? [x * canvas.width, y * canvas.height] : null;
  };
  const line = (indices, color, width, dashes = []) => {
    pen.strokeStyle = color;
    pen.lineWidth = width * unit;
    pen.setLineDash(dashes);
    pen.beginPath();
    let before = null;
    for (const point of indices.map((index) => (Array.isArray(index) ? index : at(index)))) {
      if (before && point) pen.moveTo(...before), pen.lineTo(...point);
      before = point;
    }
    pen.stroke();
  };
  pen.lineCap = "round";
  line([SHOULDER, SHOULDER + 1, HIP + 1, HIP, SHOULDER], PALE, 1.5);
  // Left landmarks have odd numbers, right ones follow them.
  for (const side of ["left", "right"]) {
    const right = side === "right" ? 1 : 0;
    const isStance = scene.stance === side;
    line([SHOULDER, ELBOW, WRIST].map((index) => index + right), PALE, 1.5);
    line([HIP, KNEE, ANKLE, TOE].map((index) => index + right), isStance ? STANCE : PALE, isStance ? 4 : 1.8);
    const [knee, toe] = [at(KNEE + right), at(TOE + right)];
    if (isStance && knee && toe) line([knee, [knee[0], toe[1]]], PLUMB, 2, [6 * unit, 5 * unit]);
  }
}
