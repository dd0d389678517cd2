// Ticks and words that are kept only when a button is pressed.

/** The ticks of a leg, as the order to keep them. */
export function ticked(leg) {
  const boxes = document.querySelectorAll(`[data-leg=${leg}] input:checked`);
  return { kind: "qasls", leg, items: [...boxes].map((box) => box.name) };
}

/** Whether something would be lost with the page: a note, or ticks that are others than those that were kept. */
export function hasUnkept() {
  const boxes = [...document.querySelectorAll("#panel [data-leg] input")];
  return Boolean(document.getElementById("note")?.value.trim()) || boxes.some((box) => box.checked !== box.defaultChecked);
}
