// Who reads: a name that is chosen, and goes with every edit.

import { Closed, Unreachable, ask } from "../server.js";
import { text } from "../texts.js";

/** `onChange(decided)` is called when somebody else is chosen, with the promise that the app has noted it. */
export function listenToReader(form, onChange, complain) {
  const list = form.querySelector("select"), name = form.querySelector("input"), fresh = form.querySelector(".new");
  let present = list.value;

  async function choose(wanted) {
    const decided = ask("/api/settings/reader", { method: "POST", body: JSON.stringify({ name: wanted }) });
    onChange(decided);
    try {
      show(await (await decided).json());
      complain("");
    } catch (error) {
      list.value = present;
      complain(error instanceof Closed ? text("closed") : error instanceof Unreachable ? text("lost") : error.message);
    }
  }

  function show(now) {
    present = now.present;
    const [nobody, ...others] = list.options;
    const another = others.at(-1);
    list.replaceChildren(nobody, ...now.all.map((each) => new Option(each, each)), another);
    list.value = present;
    fresh.hidden = true;
    name.value = "";
  }

  list.addEventListener("change", () => {
    const isNew = list.selectedOptions[0].dataset.new !== undefined;
    fresh.hidden = !isNew;
    if (isNew) name.focus();
    else choose(list.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (name.value.trim()) choose(name.value.trim());
    else name.focus();
  });
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    fresh.hidden = true;
    list.value = present;
    list.focus();
  });
  /** Show who the app says is reading, if it was chosen elsewhere. */
  return (who) => {
    if (who === present) return;
    if (![...list.options].some((option) => option.value === who)) list.lastElementChild.before(new Option(who, who));
    list.value = present = who;
  };
}
