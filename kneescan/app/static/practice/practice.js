// The practice page: camera on, choose a leg, squat and see where the knee is. Nothing is kept.

import { CameraSetup } from "./camera_setup.js";
import { Practising } from "./practice_stage.js";
import { text } from "../texts.js";
import { Voice } from "../filming/voice.js";

const COUNTDOWN_S = 3;
const part = (id) => document.getElementById(id);
const voice = new Voice();
const setup = new CameraSetup();

async function begin() {
  voice.isOn = part("sound").checked;
  voice.unlock();
  setup.complain("");
  const order = {
    purpose: "practice", legs: part("legs").value, first: null, n_squats: Number(part("squats").value),
    countdown_s: COUNTDOWN_S, is_mirrored: true,
  };
  const practising = new Practising(setup.stream, order, voice, part("tone").checked);
  part("preview").pause();
  const ended = await practising.run();
  setup.turnOff();
  part("setup").hidden = true;
  part("ended").hidden = false;
  const n = ended.counted?.[order.legs] ?? 0;
  part("ended-title").textContent = text(n === 1 ? "counted_one" : "counted", { n });
  // What ended it is said, unless it was the person, or all is done.
  const isUsual = ["complete", "stopped", "nothing"].includes(ended.why);
  part("ended-text").textContent = isUsual ? "" : ended.text ?? text("gone");
  part("ended-title").focus();
}

part("camera-on").addEventListener("click", () => setup.turnOn());
// Before, nobody would have heard of a click.
part("camera-on").disabled = false;
part("choices").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
part("again").addEventListener("click", async () => {
  part("ended").hidden = true;
  part("setup").hidden = false;
  await setup.turnOn();
  part("setup-title").focus();
});
