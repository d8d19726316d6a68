// The editor of neighbourhoods: a change is sent without leaving the page, and the parts that it changes are replaced.
// Without this script the same form works as a plain one.

import { createMap } from "./map.mjs";

const form = document.querySelector("[data-editor]");
const said = document.getElementById("status");
let waiting = Promise.resolve();
let soon = 0;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter);
});

// What is picked or filtered is looked at without a button.
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-look]")) later(60);
});
form.addEventListener("input", (event) => {
  if (event.target.matches("input[type=search][data-look]")) later(300);
});

// A table that was folded away is asked for when it is opened.
form.addEventListener("toggle", (event) => {
  if (event.target.matches("#plan-figures details[open]") && !event.target.querySelector("table")) later(0);
}, true);

function later(after) {
  clearTimeout(soon);
  soon = setTimeout(() => send(document.getElementById("plan-look")), after);
}

// One after the other: a second change is made on top of the first.
function send(button, more = {}) {
  clearTimeout(soon);
  const value = button?.value ?? "look";
  const next = () => ask({ do: value, ...more });
  waiting = waiting.then(next, next);
  return waiting;
}

async function ask(given) {
  const value = given.do;
  const body = new URLSearchParams(new FormData(form));
  for (const [name, each] of Object.entries(given)) body.set(name, each);
  body.set("open", [...form.querySelectorAll("details[open]")].map((each) => each.id).join(","));
  let page;
  let refused = "";
  try {
    page = await fetched({ method: "POST", body, headers: { "X-Part": "work" } });
    if (!page.querySelector("[data-editor]")) {
      // Such as after the program was started again: the plan as it is, with a form that counts.
      refused = plain(page.querySelector("main") ?? page.body);
      page = await fetched({});
    }
  } catch {
    lost("The program does not answer. What was done before is kept: start it again and load the page again.");
    return;
  }
  if (page.querySelector("[data-editor]")) show(page, value);
  if (refused) lost(`That was not done. ${refused}`);
}

async function fetched(how) {
  const answer = await fetch(form.action, how);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

const plain = (element) => element.textContent.trim().replace(/\s+/g, " ");

function show(page, value) {
  const focused = document.activeElement?.id;
  const at = document.activeElement?.selectionStart;
  const open = new Set([...form.querySelectorAll("details[open]")].map((each) => each.id));
  const scrolled = form.querySelector(".tp-plan__list")?.scrollTop;
  const down = form.querySelector(".tp-plan__frame")?.scrollTop;
  for (const part of page.querySelectorAll("[data-part]")) {
    const here = document.getElementById(part.id);
    if (!here) continue;
    for (const each of part.querySelectorAll("details")) each.open = open.has(each.id);
    here.replaceChildren(...part.childNodes);
  }
  const revision = form.querySelector("[name=revision]").value;
  document.querySelectorAll("[data-revision]").forEach((each) => { each.value = revision; });
  const list = form.querySelector(".tp-plan__list");
  if (list && value === "look") list.scrollTop = scrolled;
  form.querySelector(".tp-plan__frame").scrollTop = down;
  focus(focused, at);
  tell(words(value));
  draw();
}

// The focus stays where it was; where that is gone, or cannot be used any more, it goes to what was done.
function focus(id, at) {
  const there = id && document.getElementById(id);
  if (there && !there.disabled) {
    there.focus({ preventScroll: true });
    if (at !== undefined && at !== null && there.matches("input[type=search], input:not([type])")) there.setSelectionRange(at, at);
  } else if (id) {
    document.getElementById("last").focus();
  }
}

function words(value) {
  const wrong = form.querySelector("#plan-state .tp-notice");
  if (wrong) return plain(wrong);
  if (["look", "show", "clear"].includes(value) || value.startsWith("open:")) {
    return document.getElementById("ways").textContent.trim();
  }
  const told = form.querySelectorAll("#said, #last li, #plan-summary");
  return [...told].map((each) => each.textContent.trim()).join(" ").replace(/\s+/g, " ");
}

function tell(text) {
  said.textContent = text;
  document.getElementById("plan-lost")?.remove();
}

// What everybody has to see, since nothing on the page says it.
function lost(text) {
  tell(text);
  const note = document.createElement("p");
  note.id = "plan-lost";
  note.className = "tp-plan__lost";
  note.textContent = text;
  form.prepend(note);
}

// The map: what is pointed at is picked; it is coloured anew after each change, and so is the still picture for paper.
const place = document.getElementById("plan-map");
const known = () => JSON.parse(document.getElementById("plan-data").dataset.plan);
const map = place && createMap(place, {
  picture: { ...JSON.parse(place.dataset.layers), ...known(), paint: known().of },
  onPick: ({ code }) => send(document.getElementById("plan-look"), { toggle: code }),
});
if (map) map.select(known().picked);
window.planMap = map; // for tests
let stale = 0;

function draw() {
  if (!map) return;
  const plan = known();
  map.paint(plan.of.map((n) => (n < 0 ? null : plan.palette[n])));
  map.lines({ of: plan.of });
  map.names(plan.areas);
  map.select(plan.picked);
  clearTimeout(stale);
  stale = setTimeout(place.classList.contains("tp-live--on") ? photographed : still, 1000);
}

// What is printed: the map as it is on the screen.
function photographed() {
  map.map.once("render", () => {
    const made = new Image();
    made.src = map.map.getCanvas().toDataURL();
    made.alt = place.dataset.label;
    place.querySelector(".tp-live__still").replaceChildren(made);
  });
  map.map.triggerRepaint();
}

// Where nothing can be drawn here, the server draws it.

async function still() {
  try {
    const made = (await fetched({})).querySelector("#plan-map .tp-live__still");
    if (made) place.querySelector(".tp-live__still").replaceChildren(...made.childNodes);
  } catch {
    // The program has ended: the next change says so.
  }
}
