// Controls of the player: buttons, keys and mouse wheel move it.

import { listenToKeys, listenToWheel, returnFromMouse } from "./keys.js";
import { complain, part } from "./saying.js";
import { text } from "../texts.js";

export function listenToControls(player, { stage, pointing, plots, edits, showFrame, setLoop }) {
  const rate = () => Number(part("rate").value);
  const toggle = (sign) => {
    if (player.rate !== 0 && Math.sign(player.rate) === sign) player.pause();
    else player.play(sign * rate());
    showFrame(player.shown);
  };
  listenToKeys({
    undo: (isBack) => edits.make({ kind: isBack ? "redo" : "undo" }),
    pointing: (event) => pointing.key(event) || (event.key === "Escape" && plots.drop(false)),
    player: {
      " ": () => toggle(1),
      k: () => player.pause(),
      l: () => (player.play(rate()), showFrame(player.shown)),
      j: () => (player.play(-rate()), showFrame(player.shown)),
      ArrowLeft: (event) => player.step(event.shiftKey ? -10 : -1),
      ArrowRight: (event) => player.step(event.shiftKey ? 10 : 1),
      Home: () => player.step(-Infinity),
      End: () => player.step(Infinity),
    },
  });
  listenToWheel(stage, (by) => !pointing.isOn && player.step(by));
  part("seek").addEventListener("input", () => {
    player.pause();
    player.show(Number(part("seek").value));
  });
  part("play").addEventListener("click", () => toggle(1));
  part("back").addEventListener("click", () => player.step(-1));
  part("on").addEventListener("click", () => player.step(1));
  part("rate").addEventListener("change", () => player.rate && player.play(Math.sign(player.rate) * rate()));
  part("loop").addEventListener("change", setLoop);
  part("zoom").addEventListener("change", () => (showFrame(player.shown), pointing.size()));
  const video = document.querySelector("video");
  video?.addEventListener("error", () => complain(text("no_pictures")));
  if (video?.error) complain(text("no_pictures"));
  returnFromMouse(stage);
}
