// Whose is a video? A field in each row without a person, and one for all rows that are ticked.

import { text } from "../texts.js";

const part = (id) => document.getElementById(id);
const ticked = new Set();

/** Connect the parts of a new row. */
export function prepare(item, id, keep) {
  const form = item.querySelector(".whose");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const next = item.nextElementSibling?.querySelector(".whose input");
    const field = form.querySelector("input");
    if (!(await keep([id], field.value, form.querySelector(".wrong")))) field.focus();
    else if (next?.isConnected && !next.closest(".whose").hidden) next.focus();
  });
  item.querySelector(".tick").addEventListener("change", (event) => {
    if (event.target.checked) ticked.add(id);
    else ticked.delete(id);
    showTicked();
  });
}

/** Show the field of a row, unless its video has a person. */
export function showWhose(item, video) {
  const form = item.querySelector(".whose");
  const tick = item.querySelector(".tick");
  form.hidden = tick.hidden = Boolean(video.person_id);
  tick.setAttribute("aria-label", text("tick_named", { title: video.title }));
  const field = form.querySelector("input");
  field.id = `whose-${video.id}`;
  field.setAttribute("aria-label", text("whose_named", { title: video.title }));
  form.querySelector("label").htmlFor = field.id;
  form.querySelector("label").textContent = text("whose");
  const button = form.querySelector("button");
  button.textContent = text("keep_under");
  button.setAttribute("aria-label", text("keep_named", { title: video.title }));
}

/** Forget ticks of rows that are not there any more. */
export function keepTicks(videos) {
  const open = new Set(videos.filter((video) => !video.person_id).map((video) => video.id));
  for (const id of ticked) if (!open.has(id)) ticked.delete(id);
  showTicked();
}

/** Connect the field for all rows that are ticked. */
export function prepareTicked(keep) {
  part("ticked").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await keep([...ticked], part("ticked-code").value, part("ticked-problem"))) {
      part("ticked-code").value = "";
    } else part("ticked-code").focus();
  });
  part("untick").addEventListener("click", () => {
    ticked.clear();
    for (const box of document.querySelectorAll("#videos .tick")) box.checked = false;
    showTicked();
    part("videos-title").focus();
  });
}

function showTicked() {
  part("ticked").hidden = ticked.size === 0;
  const sentence = text("ticked", { n: ticked.size });
  if (part("ticked-n").textContent !== sentence) part("ticked-n").textContent = sentence;
}
