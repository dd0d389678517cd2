// Cards of people, with a small curve for each leg.

import { root } from "../server.js";

const SVG = "http://www.w3.org/2000/svg";
const RIGHT = 96;
const cardTemplate = document.getElementById("person-card");
const sparkTemplate = document.getElementById("spark-item");

/** Show people in a list; cards that did not change stay, with the focus in them. */
export function showPeople(list, people) {
  const before = new Map([...list.children].map((item) => [item.dataset.shown, item]));
  const items = people.map((person) => before.get(JSON.stringify(person)) ?? card(person));
  const isSame = items.length === list.children.length && items.every((item, index) => item === list.children[index]);
  if (!isSame) list.replaceChildren(...items);
}

function card(person) {
  const item = cardTemplate.content.firstElementChild.cloneNode(true);
  item.dataset.shown = JSON.stringify(person);
  const title = item.querySelector(".title");
  title.textContent = person.code;
  title.dir = "auto";
  title.href = `${root}/people/${person.id}`;
  item.querySelector(".note").textContent = person.note;
  item.querySelector(".sparks").replaceChildren(...person.legs.map(spark));
  return item;
}

function spark(leg) {
  const item = sparkTemplate.content.firstElementChild.cloneNode(true);
  item.querySelector(".spark-leg").textContent = leg.leg;
  item.querySelector(".spark-text").textContent = leg.text;
  const drawing = item.querySelector("svg");
  drawing.setAttribute("aria-label", leg.alt);
  drawing.querySelector(".course").setAttribute("d", leg.path);
  if (leg.cut !== null) drawing.querySelector(".cut").setAttribute("d", `M0 ${leg.cut}H${RIGHT}`);
  for (const [x, y, isJudged] of leg.dots) {
    const dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of [["cx", x], ["cy", y], ["r", 2.5]]) dot.setAttribute(name, value);
    dot.classList.add("dot");
    if (!isJudged) dot.classList.add("hollow");
    drawing.append(dot);
  }
  return item;
}
