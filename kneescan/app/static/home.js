// The home page: files dropped or chosen are sent, and the list of videos is kept up to date.

import { Closed, ask } from "/static/server.js";
import { text } from "/static/texts.js";
import { isSending, send } from "/static/uploads.js";
import { show, states } from "/static/video_list.js";

const EVERY_MS = 1000;
const part = (id) => document.getElementById(id);
const names = new Map(); // The names stay in this page; the app does not keep them.
let tag = "";
let timer = 0;

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await ask("/api/home", { headers: tag ? { "If-None-Match": tag } : {} }, [200, 304]);
    if (answer.status === 200) {
      tag = answer.headers.get("ETag");
      showHome(await answer.json());
    }
    complain("");
  } catch (error) {
    complain(text(error instanceof Closed ? "closed" : "lost"));
  }
  // Again, as long as somebody looks.
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

function showHome(home) {
  const before = states();
  show(home.videos, names, act);
  part("none").hidden = home.videos.length > 0;
  part("more").textContent = home.more;
  for (const video of home.videos) {
    const was = before.get(video.id);
    if (was && was !== video.state && ["done", "failed"].includes(video.state)) {
      const key = video.state === "done" ? "finished" : "failed";
      part("news").textContent = text(key, { title: video.title });
    }
  }
}

function complain(sentence) {
  if (part("trouble").textContent !== sentence) part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
}

async function act(action, video) {
  if (action === "delete" && !(await isSure(video))) return;
  const path = `/api/videos/${video.id}`;
  try {
    if (action === "delete") await ask(path, { method: "DELETE" });
    else await ask(`${path}/${action}`, { method: "POST" });
  } catch {
    // The list says how things are.
  }
  refresh();
}

function isSure(video) {
  const dialog = part("deleting");
  part("deleting-text").textContent = text("delete_text", { title: video.title });
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), { once: true });
  });
}

function add(files) {
  if (files.length === 0) return;
  part("uploads-part").hidden = false;
  send(files, part("uploads"), (upload, answer) => {
    if (answer.state === "taken") {
      names.set(answer.id, upload.file.name);
      upload.row.remove();
      part("uploads-part").hidden = part("uploads").children.length === 0;
    }
    part("news").textContent = `${upload.file.name}: ${answer.text}`;
    tag = ""; // The list is drawn again, with the name.
    refresh();
  });
}

part("files").addEventListener("change", (event) => {
  add([...event.target.files]);
  event.target.value = "";
});
part("sample").addEventListener("click", async () => {
  part("sample").disabled = true;
  await ask("/api/sample", { method: "POST" }).catch(() => {});
  part("sample").disabled = false;
  await refresh();
  part("videos-title").focus();
});

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
let depth = 0;
window.addEventListener("dragenter", (event) => {
  depth += 1;
  part("dropping").hidden = !hasFiles(event);
});
window.addEventListener("dragleave", () => {
  depth -= 1;
  if (depth <= 0) part("dropping").hidden = true;
});
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  part("dropping").hidden = true;
  if (hasFiles(event)) add([...event.dataTransfer.files]);
});
window.addEventListener("beforeunload", (event) => {
  if (isSending()) event.preventDefault();
});
document.addEventListener("visibilitychange", refresh);
refresh();
