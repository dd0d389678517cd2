// The lists of videos: rows are changed in place, so that focus and scrolling stay where they are.

import { root } from "../server.js";
import { text } from "../texts.js";
import { prepare, showWhose } from "../people/whose.js";

const rowTemplate = document.getElementById("video-row");
const verdictTemplate = document.getElementById("verdict-item");
const rows = new Map();

/** Show the videos; `act(action, video)` is called for the buttons, `keep(videos, code, problem)` to say whose one is. Names are those of files sent by this page. */
export function show(videos, names, act, keep) {
  const present = new Set(videos.map((video) => video.id));
  for (const [id, row] of rows) {
    if (!present.has(id)) {
      if (row.item.contains(document.activeElement)) focusList();
      row.item.remove();
      rows.delete(id);
    }
  }
  showIn("videos", videos.filter((video) => !video.person_id), names, act, keep);
  showIn("assigned", videos.filter((video) => video.person_id), names, act, keep);
}

/** Put the focus on the first list that is there. */
export function focusList() {
  const isShown = !document.getElementById("videos-part").hidden;
  document.getElementById(isShown ? "videos-title" : "assigned-title").focus();
}

function showIn(id, videos, names, act, keep) {
  const list = document.getElementById(id);
  let place = list.firstElementChild;
  for (const video of videos) {
    const row = rows.get(video.id) ?? newRow(video, keep);
    if (row.item === place) place = place.nextElementSibling;
    else list.insertBefore(row.item, place);
    update(row, { ...video, name: names.get(video.id) ?? "" }, act);
  }
}

/** States of the videos before, by name. */
export function states() {
  return new Map([...rows].map(([id, row]) => [id, row.video?.state]));
}

function newRow(video, keep) {
  const row = { item: rowTemplate.content.firstElementChild.cloneNode(true) };
  rows.set(video.id, row);
  prepare(row.item, video.id, keep);
  return row;
}

function update(row, video, act) {
  const shown = JSON.stringify(video);
  if (row.shown === shown) return;
  const before = row.video;
  row.shown = shown;
  row.video = video;
  const part = (name) => row.item.querySelector(name);
  row.item.dataset.state = video.state;
  row.item.dataset.id = video.id;
  part(".title").textContent = video.name ? `${video.title} (${video.name})` : video.title;
  part(".title").href = `${root}/videos/${video.id}`;
  part(".person").textContent = video.person;
  if (video.person_id) part(".person").href = `${root}/people/${video.person_id}`;
  else part(".person").removeAttribute("href");
  part(".held").textContent = video.held;
  part(".simulated").textContent = video.simulated;
  part(".checked").textContent = video.checked;
  part(".text").textContent = video.text;
  part(".detail").hidden = !video.detail;
  part(".detail > p").textContent = video.detail;
  part(".detail > p").lang = video.detail_language;
  const bar = part("progress");
  bar.hidden = video.state !== "running";
  bar.setAttribute("aria-label", video.title);
  if (video.share === null) bar.removeAttribute("value");
  else bar.value = video.share;
  part(".verdicts").replaceChildren(...video.verdicts.map(verdict));
  showWhose(row.item, video);
  if (before?.actions.join() !== video.actions.join()) showActions(row, video, act);
}

function verdict(found) {
  const item = verdictTemplate.content.firstElementChild.cloneNode(true);
  item.classList.add(found.kind);
  for (const [name, content] of [["icon", found.icon], ["leg", found.leg], ["verdict", found.text], ["counted", found.counted]]) {
    item.querySelector(`.${name}`).textContent = content;
  }
  return item;
}

function showActions(row, video, act) {
  const place = row.item.querySelector(".actions");
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...video.actions.map((action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text(action);
    button.setAttribute("aria-label", text("named", { action: text(action), title: video.title }));
    if (action === "delete") button.classList.add("danger");
    button.addEventListener("click", () => act(action, row.video));
    return button;
  }));
  if (hadFocus) place.querySelector("button")?.focus();
}
