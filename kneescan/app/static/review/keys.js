// Keys and mouse wheel of the player.

const SMOOTH_PX = 30; // Of a touch pad, for one picture.
const NOTCH_PX = 50; // A mouse wheel sends more at once.

/** Keys of the player, wherever the focus is, unless somebody is typing or the key has a use there. */
export function listenToKeys(keys) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("textarea, select, input:not([type=checkbox], [type=range])");
    if (isTyping || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      keys.undo(event.shiftKey);
      return;
    }
    if (keys.pointing(event)) {
      event.preventDefault();
      return;
    }
    const { type } = event.target;
    const isUsed = type === "range" ? event.key.length > 1 : event.key === " " && event.target.matches("button, summary, a, input");
    const act = keys.player[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (isUsed || !act) return;
    event.preventDefault();
    act(event);
  });
}

/** Turning the wheel over the picture steps once the picture was clicked; else it scrolls the page. */
export function listenToWheel(stage, step) {
  let rest = 0;
  stage.addEventListener("wheel", (event) => {
    // With Ctrl, the browser enlarges the page.
    if (event.ctrlKey || !stage.contains(document.activeElement)) return;
    const moved = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
    if (!moved) return;
    rest = rest * moved > 0 ? rest + moved : moved;
    const isNotch = event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL || Math.abs(moved) >= NOTCH_PX;
    if (isNotch || Math.abs(rest) >= SMOOTH_PX) {
      rest = 0;
      // At the first and the last picture the page scrolls on.
      if (!step(Math.sign(moved) * (event.shiftKey ? 10 : 1))) return;
    }
    event.preventDefault();
  }, { passive: false });
}

/** After the mouse, the keys are for the player again: the space bar plays, and does not press the same once more. */
export function returnFromMouse(stage) {
  const isMouse = { down: false };
  for (const controls of document.querySelectorAll(".controls")) {
    controls.addEventListener("pointerdown", () => (isMouse.down = true));
    controls.addEventListener("keydown", () => (isMouse.down = false));
    controls.addEventListener("change", () => isMouse.down && stage.focus({ preventScroll: true }));
    controls.addEventListener("click", (event) => event.detail > 0 && event.target.closest("button") && stage.focus({ preventScroll: true }));
  }
}
