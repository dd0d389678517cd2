// The list of people: search as you type, and add.

import { ask, root } from "../server.js";
import { said, sayOnce, sends } from "./sending.js";
import { showPeople } from "./sparks.js";

const PAGE = 50;
const part = (id) => document.getElementById(id);
let n = PAGE;
let newest = 0;

async function refresh() {
  newest += 1;
  const own = newest;
  const query = new URLSearchParams({ q: part("search").value, n });
  try {
    const answer = await (await ask(`/api/people?${query}`)).json();
    // An answer to what was typed before must not replace that to what is typed now.
    if (own === newest) show(answer);
  } catch (error) {
    part("trouble").textContent = said(error);
    part("trouble").hidden = false;
  }
}

function show(answer) {
  part("trouble").hidden = true;
  part("none").hidden = !answer.is_none;
  part("searching").hidden = answer.is_none;
  part("spark-note").hidden = answer.people.length === 0;
  part("found").textContent = answer.found;
  part("more").hidden = !answer.more;
  part("more-text").textContent = answer.more;
  showPeople(part("people"), answer.people);
}

part("search").addEventListener("input", () => {
  n = PAGE;
  refresh();
});
part("more").addEventListener("click", () => {
  n += PAGE;
  refresh();
});
sends(part("new"), "/api/people", () => ({ code: part("code").value }), part("code-problem"), (person) => {
  location.href = `${root}/people/${person.id}`;
});
sayOnce();
refresh();
