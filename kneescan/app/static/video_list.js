// The list of videos: rows are changed in place, so that focus and scrolling stay where they are.

import { text } from "/static/texts.js";

const rowTemplate = document.getElementById("video-row");
const verdictTemplate = document.getElementById("verdict-item");
const rows = new Map();

/** Show the videos; `act(action, video)` is called for the buttons. Names are those of files sent by this page. */
export function show(videos, names, act) {
  const list = document.getElementById("videos");
  const present = new Set(videos.map((video) => video.id));
  for (const [id, row] of rows) {
    if (!present.has(id)) {
      if (row.item.contains(document.activeElement)) document.getElementById("videos-title").focus();
      row.item.remove();
      rows.delete(id);
    }
  }
  let place = list.firstElementChild;
  for (const video of videos) {
    const row = rows.get(video.id) ?? newRow(video);
    if (row.item === place) place = place.nextElementSibling;
    else list.insertBefore(row.item, place);
    update(row, { ...video, name: names.get(video.id) ?? "" }, act);
  }
}

/** States of the videos before, by name. */
export function states() {
  return new Map([...rows].map(([id, row]) => [id, row.video?.state]));
}

function newRow(video) {
  const row = { item: rowTemplate.content.firstElementChild.cloneNode(true) };
  rows.set(video.id, row);
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
  if (video.state === "done") part(".title").href = `/videos/${video.id}`;
  part(".person").textContent = video.person;
  part(".simulated").textContent = video.simulated;
  part(".text").textContent = video.text;
  part(".detail").textContent = video.detail;
  const bar = part("progress");
  bar.hidden = video.state !== "running";
  bar.setAttribute("aria-label", video.title);
  if (video.share === null) bar.removeAttribute("value");
  else bar.value = video.share;
  part(".verdicts").replaceChildren(...video.verdicts.map(verdict));
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
