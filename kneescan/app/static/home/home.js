// The home page: files dropped or chosen are sent, and the list of videos is kept up to date.

import { answerTo, order } from "../asking.js";
import { sent } from "../people/sending.js";
import { Closed, Unreachable, ask, root } from "../server.js";
import { showPeople } from "../people/sparks.js";
import { text } from "../texts.js";
import { isSending, send } from "../uploads.js";
import { focusList, show, states } from "./video_list.js";
import { keepTicks, prepareTicked } from "../people/whose.js";

const EVERY_MS = 1000;
const PAGE = 50;
const NOT_DONE = { delete: "not_delete", measure: "not_measure", cancel: "not_cancel", sample: "not_sample" };
const part = (id) => document.getElementById(id);
const names = new Map(); // The names stay in this page; the app does not keep them.
let tag = "";
let timer = 0;
let n = PAGE;
let newest = 0;
let refused = ""; // Why the last thing that was asked for was not done.

async function refresh() {
  clearTimeout(timer);
  newest += 1;
  const own = newest;
  const query = new URLSearchParams({ q: part("search").value.trim(), n });
  try {
    const answer = await ask(`/api/home?${query}`, { headers: tag ? { "If-None-Match": tag } : {} }, [200, 304]);
    // An answer to what was typed before must not replace that to what is typed now.
    if (answer.status === 200 && own === newest) {
      const home = await answer.json();
      tag = answer.headers.get("ETag");
      showHome(home);
    }
    complain(refused);
  } catch (error) {
    complain(text(error instanceof Closed ? "closed" : "lost"));
  }
  // Again, as long as somebody looks.
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

function showHome(home) {
  const before = states();
  showParts(home);
  show(home.videos, names, act, keep);
  keepTicks(home.videos);
  showPeople(part("people"), home.people);
  showCodes(home.codes);
  showJob(home.job);
  for (const video of home.videos) {
    const was = before.get(video.id);
    if (was && was !== video.state && ["done", "failed"].includes(video.outcome)) {
      // A video that could not be measured again still has the results of before.
      const key = video.outcome === "done" ? "finished" : "failed";
      part("news").textContent = text(key, { title: video.title });
    }
  }
}

/** Which parts of the page there are, and their titles. */
function showParts(home) {
  const isSearched = Boolean(part("search").value.trim());
  const hasOpen = home.videos.some((video) => !video.person_id);
  const hasAssigned = home.videos.some((video) => video.person_id);
  const isNone = home.videos.length === 0 && !isSearched && home.codes.length === 0;
  const hadFocus = part("videos-part").contains(document.activeElement);
  part("none").hidden = !isNone;
  part("searching").hidden = isNone;
  part("videos-part").hidden = !hasOpen && !isNone;
  part("videos-title").textContent = home.inbox_title;
  part("inbox-note").hidden = !hasOpen;
  part("names-note").hidden = !home.videos.some((video) => !video.person_id && names.has(video.id));
  part("people-part").hidden = home.people.length === 0;
  part("assigned-part").hidden = !hasAssigned;
  part("more-inbox").textContent = home.more_inbox;
  part("more").textContent = home.more;
  part("show-more").hidden = !home.can_show_more;
  const found = home.found && home.videos.length + home.people.length === 0 ? text("none_found") : home.found;
  if (part("found").textContent !== found) part("found").textContent = found;
  if (hadFocus && part("videos-part").hidden) focusList();
}

function showCodes(codes) {
  const shown = codes.join("\n");
  if (part("codes").dataset.shown === shown) return;
  part("codes").dataset.shown = shown;
  part("codes").replaceChildren(...codes.map((code) => new Option(code, code)));
}

function showJob(job) {
  part("job").hidden = job === null;
  part("job-text").textContent = job?.text ?? "";
  part("job-bar").hidden = !job?.is_running;
  if (job?.share === null) part("job-bar").removeAttribute("value");
  else part("job-bar").value = job?.share ?? 0;
}

/** Say whose videos are; true if that was stored. */
async function keep(videos, code, problem) {
  part("news").textContent = ""; // So that the same sentence is read out again.
  const answer = await sent("/api/assign", { videos, code }, problem);
  if (!answer) return false;
  part("news").textContent = answer.text;
  await refresh();
  return true;
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
    else if (action === "measure") await order(`${path}/${action}`, "POST");
    else await ask(`${path}/${action}`, { method: "POST" });
    refused = "";
  } catch (error) {
    refused = why(error, action);
  }
  refresh();
}

/** What to tell after something that was not done; the list says how things are. */
function why(error, action) {
  if (error instanceof Closed) return text("closed");
  if (error instanceof Unreachable) return text("lost");
  const isToldWhy = [500, 507].includes(error.status) || (action === "measure" && error.status === 409);
  return (isToldWhy && error.message) || text(NOT_DONE[action]);
}

function isSure(video) {
  part("deleting-text").textContent = text("delete_text", { title: video.title });
  part("deleting-person").textContent = video.person ? text("delete_text_person", { code: video.person }) : "";
  return answerTo(part("deleting"), "delete");
}

/** The name of a file that is here already leads to its video. */
function leadTo(videoId, title) {
  const link = document.createElement("a");
  Object.assign(link, { className: "title", href: `${root}/videos/${videoId}`, textContent: title.textContent });
  title.replaceWith(link);
}

function add(files) {
  if (files.length === 0) return;
  part("uploads-part").hidden = false;
  send(files, part("uploads"), (upload, answer) => {
    if (answer.state === "taken") {
      names.set(answer.id, upload.file.name);
      upload.row.remove();
      part("uploads-part").hidden = part("uploads").children.length === 0;
    } else if (answer.same_as) leadTo(answer.same_as, upload.row.querySelector(".title"));
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
  try {
    await ask("/api/sample", { method: "POST" });
    refused = "";
  } catch (error) {
    refused = why(error, "sample");
  }
  part("sample").disabled = false;
  await refresh();
  focusList();
});

part("search").addEventListener("input", () => {
  n = PAGE;
  tag = "";
  refresh();
});
part("show-more").addEventListener("click", () => {
  n += PAGE;
  refresh();
});
prepareTicked(keep);

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
