// The editor of neighbourhoods: a change is sent without leaving the page, and the parts that it changes are replaced.
// Without this script the same form works as a plain one.

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

function later(after) {
  clearTimeout(soon);
  soon = setTimeout(() => send(document.getElementById("plan-look")), after);
}

// One after the other: a second change is made on top of the first.
function send(button) {
  clearTimeout(soon);
  const name = button?.name ?? "do";
  const value = button?.value ?? "look";
  waiting = waiting.then(() => ask(name, value), () => ask(name, value));
  return waiting;
}

async function ask(name, value) {
  const body = new URLSearchParams(new FormData(form));
  body.set(name, value);
  let page;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "work" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    tell("The program does not answer. What was done before is kept: start it again and load the page again.");
    return;
  }
  if (!page.querySelector("[data-editor]")) {
    tell(page.querySelector("main")?.textContent.trim().replace(/\s+/g, " ") || "That could not be done: load the page again.");
    return;
  }
  show(page, value);
}

function show(page, value) {
  const focused = document.activeElement?.id;
  const at = document.activeElement?.selectionStart;
  const open = new Set([...form.querySelectorAll("details[open]")].map((each) => each.id));
  const scrolled = form.querySelector(".tp-plan__list")?.scrollTop;
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
  focus(focused, at);
  tell(words(value));
  document.dispatchEvent(new CustomEvent("plan:change", { detail: plan() }));
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
  const wrong = form.querySelector(".tp-notice--warning");
  if (wrong) return wrong.textContent.trim().replace(/\s+/g, " ");
  if (["look", "show", "clear"].includes(value) || value.startsWith("open:")) {
    return document.getElementById("ways").textContent.trim();
  }
  const told = form.querySelectorAll("#said, #last li, #plan-summary");
  return [...told].map((each) => each.textContent.trim()).join(" ").replace(/\s+/g, " ");
}

function tell(text) {
  said.textContent = text;
  document.getElementById("plan-lost")?.remove();
  if (text.startsWith("The program does not answer")) {
    const lost = document.createElement("p");
    lost.id = "plan-lost";
    lost.className = "tp-plan__lost";
    lost.textContent = text;
    form.prepend(lost);
  }
}

function plan() {
  return JSON.parse(document.getElementById("plan-data").dataset.plan);
}
