// The page of a person: which measure is shown, another code name, and putting two people together.

import { root } from "../server.js";
import { sayOnce, sends } from "./sending.js";

const part = (id) => document.getElementById(id);
const { person, code } = document.body.dataset;

const choice = part("measure");
if (choice) {
  const show = () => {
    for (const each of document.querySelectorAll(".measure")) {
      each.hidden = each.dataset.measure !== choice.value;
      each.classList.add("chosen");
    }
  };
  part("choosing").hidden = false;
  choice.addEventListener("change", show);
  show();
}

sayOnce();
sends(part("rename"), `/api/people/${person}`, () => ({ code: part("code").value, was: code }), part("code-problem"), () => location.reload());
if (part("merge")) {
  sends(part("merge"), `/api/people/${person}/merge`, () => ({ into: part("into").value }), part("into-problem"), (other) => {
    location.replace(`${root}/people/${other.id}`);
  });
}
