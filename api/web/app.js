// The page: a conversation, the newest question first, one citation beside it.

import { cite, Trouble } from "./client.js";
import { byId, make } from "./dom.js";
import { evidenceCard, evidenceTrouble, evidenceWaiting } from "./evidence.js";
import { documentCount, drawLibrary, openLibrary, refresh, setUpLibrary } from "./library.js";
import { drawScope, scopeFrom, scopeParameters, setUpScope } from "./scope.js";
import { askInThread, drawThread, hasTurns, newThread, setUpThread } from "./thread.js";
import { fillWords, switchLanguage, word } from "./words.js";

let citing = null; // AbortController of the citation being fetched
let shownId = null; // id of the citation that is shown
let drawEvidence = () => {};

const question = byId("question");

function drawIdle() {
  const empty = documentCount() === 0;
  byId("answer").replaceChildren(...(empty
    ? [make("div", { class: "card empty" },
        make("p", {}, word("emptyLibrary")),
        make("button", { type: "button", class: "primary small", onclick: openLibrary }, word("addFirst")))]
    : []));
}

function drawAnswers() {
  if (hasTurns()) drawThread();
  else drawIdle();
  byId("new-thread").hidden = !hasTurns();
  const more = hasTurns() ? "placeholderMore" : "placeholder";
  question.dataset.wordPlaceholder = more;
  question.placeholder = word(more);
  markShown();
}

function setEvidence(draw) {
  drawEvidence = draw;
  byId("evidence").hidden = false;
  draw();
  const marked = byId("evidence").querySelector("mark");
  const box = marked && marked.closest("blockquote");
  if (box) box.scrollTop = Math.max(0, marked.offsetTop - box.offsetTop - 48);
}

function closeEvidence() {
  if (citing) citing.abort();
  shownId = null;
  drawEvidence = () => {};
  byId("evidence").hidden = true;
  byId("evidence").replaceChildren();
}

function fill(parts) {
  byId("evidence").replaceChildren(...parts);
}

// citation: as the answer gave it, or null where only its id is known (a permalink)
async function show(citation, number, travel, id = citation.id) {
  if (id !== shownId) await fetchEvidence(citation, number, id);
  if (travel && !wide()) byId("evidence").scrollIntoView({ block: "start" });
}

async function fetchEvidence(citation, number, id) {
  if (citing) citing.abort();
  const mine = new AbortController();
  citing = mine;
  shownId = id;
  markShown();
  if (citation) setEvidence(() => fill(evidenceWaiting(citation, number)));
  try {
    const place = await cite(id, mine.signal);
    if (mine.signal.aborted) return;
    setEvidence(() => fill(evidenceCard(place, number)));
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof Trouble)) throw error;
    shownId = null; // so that another click tries again
    setEvidence(() => fill(evidenceTrouble(citation, number, error)));
  }
}

function markShown() {
  for (const element of document.querySelectorAll("[data-cite]")) {
    element.classList.toggle("shown", element.dataset.cite === shownId);
  }
  for (const element of document.querySelectorAll("[data-cites]")) {
    element.classList.toggle("shown", element.dataset.cites.split(" ").includes(shownId));
  }
}

function wide() {
  return matchMedia("(min-width: 60rem)").matches;
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

function submit(event) {
  event.preventDefault();
  const text = question.value.trim();
  if (!text) {
    question.focus();
    return;
  }
  const address = new URLSearchParams([["q", text], ...scopeParameters()]);
  history.pushState(null, "", `/?${address}`);
  put(text);
}

// Ask in the conversation under way; the field is free for the next question.
function put(text) {
  document.body.classList.add("asked");
  question.value = "";
  grow();
  closeEvidence();
  askInThread(text);
}

// The address asks the same by itself: a follow-up stands in it as it was understood.
function answered(answer) {
  const address = new URLSearchParams([["q", answer.rewritten || answer.question], ...scopeParameters()]);
  history.replaceState(null, "", `/?${address}`);
  // Side by side there is room to show the first source at once.
  if (answer.citations.length && wide()) show(answer.citations[0], 1, false);
}

function startOver() {
  newThread();
  closeEvidence();
  history.pushState(null, "", "/");
  document.body.classList.remove("asked");
  question.focus();
}

// What the address says: ?q= asks, ?cite= opens a citation.
function follow() {
  const wanted = new URLSearchParams(location.search);
  const text = (wanted.get("q") || "").trim();
  scopeFrom(wanted);
  newThread();
  if (text) {
    put(text);
  } else {
    closeEvidence();
    document.body.classList.toggle("asked", wanted.has("cite"));
    if (wanted.get("cite")) show(null, null, false, wanted.get("cite"));
  }
}

function drawLanguage() {
  fillWords();
  byId("language").textContent = word("languageMark");
  byId("language").setAttribute("aria-label", word("language"));
  drawScope();
  drawLibrary();
  drawAnswers();
  drawEvidence();
}

byId("ask-form").addEventListener("submit", submit);
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  // Enter while an input method composes (keyCode 229 in Safari) picks a word, it does not ask.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  byId("ask-form").requestSubmit();
});
byId("scope").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.tagName === "INPUT") byId("ask-form").requestSubmit();
});
byId("language").addEventListener("click", () => {
  switchLanguage();
  drawLanguage();
  refresh(); // reasons are said by the server
});
addEventListener("popstate", follow);

byId("new-thread").addEventListener("click", startOver);

setUpScope();
setUpThread({ show, changed: drawAnswers, answered });
setUpLibrary(() => {
  if (!hasTurns()) drawIdle();
});
drawLanguage();
follow();
if (location.hash === "#library") openLibrary();
else refresh();
if (wide() && !location.search) question.focus();
