// The page of a session: its fields, and where its videos belong.

import { order } from "../asking.js";
import { root } from "../server.js";
import { said, sayOnce, sends, sent } from "./sending.js";
import { text } from "../texts.js";

const part = (id) => document.getElementById(id);
const { code } = document.body.dataset;
const form = part("fields");
let saved = JSON.stringify(fields());
let moving = null;

function fields() {
  const value = (id) => part(id).value;
  return {
    date: value("date"),
    pain: value("pain") === "" ? null : Number(value("pain")),
    shoes: value("shoes"),
    brace: value("brace"),
    clothing: value("clothing"),
    plan: value("plan"),
    notes: value("notes"),
    is_repeat: part("is_repeat").checked,
  };
}

sayOnce();

const isChanged = () => JSON.stringify(fields()) !== saved;

sends(form, `/api/sessions/${document.body.dataset.session}`, () => ({ ...fields(), tag: form.dataset.tag }), part("fields-problem"), (answer) => {
  form.dataset.tag = answer.tag;
  saved = JSON.stringify(fields());
  part("state").textContent = answer.text;
  // Another date is another title.
  document.title = document.title.replace(part("title").textContent, answer.title);
  part("title").textContent = answer.title;
});
form.addEventListener("input", () => {
  part("state").textContent = isChanged() ? text("unsaved") : "";
});
/** What is printed in place of the fields, which would cut a long text. */
function writeForPaper() {
  for (const shown of document.querySelectorAll("[data-of]")) {
    const field = part(shown.dataset.of);
    if (field.type === "checkbox") shown.hidden = !field.checked;
    else shown.textContent = (field.selectedOptions?.[0].textContent ?? field.value) || "–";
  }
}
writeForPaper();
window.addEventListener("beforeprint", writeForPaper);
window.addEventListener("beforeunload", (event) => {
  if (isChanged()) event.preventDefault();
});

for (const button of document.querySelectorAll(".move")) {
  button.addEventListener("click", () => {
    moving = button.closest("li");
    part("moving-what").textContent = moving.dataset.title;
    part("moving-problem").textContent = "";
    part("place").value = "";
    part("person-part").hidden = true;
    part("moving").showModal();
  });
}
part("not-moving").addEventListener("click", () => part("moving").close());
part("place").addEventListener("change", () => {
  part("person-part").hidden = part("place").value !== "person";
  if (!part("person-part").hidden) part("to-code").focus();
});
part("move").addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = placed(part("place").value);
  if (!place) {
    part("moving-problem").textContent = text("choose_place");
    return;
  }
  const answer = await sent("/api/assign", { videos: [moving.dataset.video], ...place }, part("moving-problem"));
  if (!answer) return;
  // With its last video, a session without notes is gone.
  const isLast = document.querySelectorAll(".move").length === 1;
  const page = isLast ? `/people/${document.body.dataset.person}` : `/sessions/${document.body.dataset.session}`;
  location.replace(`${root}${page}?moved=${answer.session ?? "nobody"}`);
});

part("delete").addEventListener("click", async () => {
  try {
    if ((await order(`/api/sessions/${document.body.dataset.session}`, "DELETE")) === null) return;
  } catch (error) {
    part("deleting-problem").textContent = said(error);
    return;
  }
  saved = JSON.stringify(fields());
  location.replace(`${root}/people/${document.body.dataset.person}`);
});

function placed(place) {
  const [kind, session] = place.split(" ");
  if (kind === "session") return { session };
  if (kind === "own") return { code, is_new: true };
  if (kind === "person") return { code: part("to-code").value };
  return kind === "nobody" ? { code: null } : null;
}
