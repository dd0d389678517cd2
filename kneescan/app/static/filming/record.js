// The record page: camera on, begin, squat as the live view says, read the verdict, keep the video or not.

import { cameraOf, cameras, openCamera, remember, switchOff } from "./camera.js";
import { Filming } from "./record_stage.js";
import { ask, Closed, root } from "../server.js";
import { text } from "../texts.js";
import { Voice } from "./voice.js";

const EVERY_MS = 500;
const LEGS = {
  left_first: { legs: "both", first: "left" }, right_first: { legs: "both", first: "right" },
  left: { legs: "left", first: null }, right: { legs: "right", first: null },
};
const part = (id) => document.getElementById(id);
const voice = new Voice();
const { person, personCode } = document.body.dataset;
const UNKEPT = part("keeping-text").textContent;
let stream = null;
let order = null;
let videoId = null;

function complain(sentence) {
  part("trouble").textContent = sentence;
  part("trouble-part").hidden = !sentence;
}

async function turnOn(deviceId) {
  complain("");
  switchOff(stream);
  try {
    stream = await openCamera(deviceId);
  } catch (error) {
    stream = null;
    show("closed");
    complain(text(error.code ?? "failed_camera"));
    return;
  }
  remember(cameraOf(stream));
  stream.getVideoTracks()[0].addEventListener("ended", () => {
    if (!part("opened").hidden && !part("stage").open) turnOff(), complain(text("none"));
  });
  part("preview").srcObject = stream;
  part("preview").play().catch(() => {});
  await listCameras();
  show("opened");
}

function turnOff() {
  switchOff(stream);
  stream = null;
  part("preview").srcObject = null;
  show("closed");
}

async function listCameras() {
  const all = await cameras();
  part("camera").replaceChildren(...all.map((camera, index) => {
    const name = camera.label || text("camera_number", { n: index + 1 });
    return new Option(name, camera.deviceId, false, camera.deviceId === cameraOf(stream));
  }));
}

function show(which) {
  for (const id of ["closed", "opened"]) part(id).hidden = id !== which;
}

async function begin() {
  voice.isOn = part("sound").checked;
  voice.unlock();
  complain("");
  order = {
    purpose: "record", ...LEGS[part("legs").value], n_squats: Number(part("squats").value), countdown_s: 5,
    is_mirrored: true,
  };
  const filming = new Filming(stream, order, voice);
  part("preview").pause();
  const ended = await filming.run();
  turnOff();
  part("setup").hidden = true;
  part("ended").hidden = false;
  part("figures").textContent = filming.figures(ended);
  Object.assign(part("figures").dataset, filming.data(ended));
  showEnd(ended);
}

async function showEnd(ended) {
  videoId = ended.video;
  const isEarly = !["complete", "stopped", "nothing"].includes(ended.why);
  const sentence = ended.text ?? text("gone");
  part("ended-text").textContent = isEarly && videoId ? `${sentence} ${text("kept_early")}` : sentence;
  part("verdict").replaceChildren();
  part("failed-detail").textContent = "";
  showKept("");
  part("keeping").hidden = videoId === null;
  part("measuring").hidden = videoId === null;
  // Where the app has not said how it ended, nobody knows yet what is kept.
  title(videoId !== null ? text("measuring") : ended.why === "gone" ? text("gone_title") : "");
  part("ended-title").focus();
  if (videoId === null) return;
  if (person) keep({ person }, personCode);
  await follow(videoId);
}

function title(words) {
  part("ended-title").textContent = words || text("nothing_kept");
}

/** Show how far the measurement is, and its verdict at last. */
async function follow(id) {
  while (id === videoId) {
    let state = null;
    try {
      state = await (await ask(`/api/record/${id}`)).json();
    } catch (error) {
      part("measuring-text").textContent = text(error instanceof Closed ? "closed" : "gone");
    }
    if (state?.state === "done") {
      await showVerdict(id);
      return;
    }
    if (state && ["failed", "cancelled"].includes(state.state)) {
      part("measuring").hidden = true;
      title(text("failed"));
      part("ended-text").textContent = state.text;
      part("failed-detail").textContent = state.detail;
      part("failed-detail").lang = state.detail_language;
      return;
    }
    if (state) {
      part("measuring-text").textContent = state.text;
      if (state.share === null) part("share").removeAttribute("value");
      else part("share").value = state.share;
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

async function showVerdict(id) {
  const found = await page(`/record/${id}/verdict?legs=${order.legs}`);
  if (id !== videoId) return;
  part("measuring").hidden = true;
  title(text("result"));
  part("ended-text").textContent = "";
  if (found) part("verdict").replaceChildren(document.importNode(found, true));
  part("news").textContent = [...part("verdict").querySelectorAll("h3, .verdict")].map((each) => each.textContent).join(" ");
  // Nobody who is writing a code name is interrupted.
  if (!part("keeping").contains(document.activeElement)) part("ended-title").focus();
}

/** Part of a page of the app; it comes as a document, because no script may put text in as HTML. */
function page(path) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", `${root}${path}`);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.response?.getElementById("found") : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}

/** Say for whom the video is kept; "" for nobody yet, who may then be named. */
function showKept(code) {
  part("keeping-text").textContent = code ? text("kept_for", { code }) : UNKEPT;
  part("keep").hidden = part("code-hint").hidden = code !== "";
  part("keep-trouble").hidden = true;
  part("code").value = "";
}

async function keep(whom, code) {
  const id = videoId;
  const order = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ videos: [id], ...whom }) };
  try {
    await ask("/api/assign", order);
    if (id !== videoId) return;
    showKept(code);
    part("news").textContent = text("kept_for", { code });
  } catch (error) {
    if (id !== videoId) return;
    part("keep-trouble").textContent = error.message || text("not_done");
    part("keep-trouble").hidden = false;
  }
}

async function remove() {
  const id = videoId;
  try {
    await ask(`/api/videos/${id}`, { method: "DELETE" });
  } catch {
    part("keep-trouble").textContent = text("not_done");
    part("keep-trouble").hidden = false;
    return;
  }
  videoId = null;
  part("measuring").hidden = true;
  part("keeping").hidden = true;
  part("verdict").replaceChildren();
  title(text("deleted"));
  part("ended-text").textContent = "";
  part("ended-title").focus();
}

async function again() {
  videoId = null;
  part("ended").hidden = true;
  part("setup").hidden = false;
  await turnOn();
  part("setup-title").focus();
}

part("camera-on").addEventListener("click", () => turnOn());
// Before, nobody would have heard of a click.
part("camera-on").disabled = false;
part("camera").addEventListener("change", () => turnOn(part("camera").value));
part("choices").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
part("keep").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = part("code").value.trim();
  if (code) keep({ code }, code);
});
part("delete").addEventListener("click", remove);
part("again").addEventListener("click", again);
navigator.mediaDevices?.addEventListener?.("devicechange", () => {
  if (stream) listCameras();
});
