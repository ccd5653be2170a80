// Labelling: one claim and the text it cites at a time, by keys or by hand; agreement at the end.

import { giveLabel, listClaims, listRuns, readAgreement, Trouble } from "./client.js";
import { byId, hidden, make } from "./dom.js";
import { fillWords, switchLanguage, word } from "./words.js";

const LABELS = ["supported", "partial", "unsupported", "contradicted"]; // keys 1 to 4
const PAGE = 100; // claims asked for at once
const REMEMBERED = "judian-labeller";

const run = new URLSearchParams(location.search).get("run") || "";
let name = remembered();
let claims = []; // of this sitting, in order; each with the label this person gave it, or null
let at = 0;
let total = 0; // claims of the run
let before = 0; // labelled in earlier sittings
let whole = false; // all there is was fetched
let busy = false;
let draw = () => {};
let tell = () => {};

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) || "";
  } catch {
    return ""; // storage is off: asked again each time
  }
}

function remember(given) {
  name = given;
  try {
    localStorage.setItem(REMEMBERED, given);
  } catch {
    // storage is off: known as long as the page
  }
}

function show(drawing) {
  draw = () => byId("stage").replaceChildren(...drawing().filter((part) => part !== null));
  draw();
}

function say(text) {
  tell = () => byId("told").replaceChildren(...[].concat(text()));
  tell();
}

const notice = (error) => () =>
  make("p", { class: "notice" }, `${error.title}. ${error.detail}`);

async function tried(work) {
  busy = true;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(notice(error));
    return null;
  } finally {
    busy = false;
  }
}

// before the first claim

async function askRun() {
  const told = await tried(listRuns);
  if (!told) return;
  const finished = told.evals.filter((one) => one.state === "finished");
  show(() => [make("p", {}, word(finished.length ? "whichRun" : "noFinished")),
    make("ul", { class: "runs pick" }, ...finished.map((one) => make("li", { class: "run" },
      make("a", { class: "run-body", href: `/label?${new URLSearchParams({ run: one.id })}` },
        make("span", { class: "run-name" }, one.set_name), hidden(" "),
        make("span", { class: "run-about" }, one.id)))))]);
}

function askName() {
  byId("labeller").hidden = true;
  show(() => {
    const input = make("input", { id: "name", type: "text", maxlength: "100", autocomplete: "name", required: true });
    const form = make("form", { class: "name-form" },
      make("label", { for: "name" }, word("yourName")), input,
      make("button", { type: "submit", class: "primary" }, word("begin")),
      make("p", { class: "hint" }, word("yourNameWhy")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!input.value.trim()) return;
      remember(input.value.trim());
      begin();
    });
    return [form];
  });
  byId("name").focus();
}

async function begin() {
  claims = [];
  at = 0;
  whole = false;
  if (!(await fetchMore())) return;
  drawLabeller();
  go(0);
}

// Those still without a label come in a fixed order, so what was skipped here stands before the rest.
async function fetchMore() {
  if (whole) return true;
  const offset = claims.filter((claim) => claim.given === null).length;
  const told = await tried(() => listClaims(run, { unlabelled: true, by: name, offset, limit: PAGE }));
  if (!told) return false;
  total = told.claims_total;
  if (!claims.length) before = total - told.total;
  claims.push(...told.claims.map((claim) => ({ ...claim, given: null })));
  whole = told.claims.length < PAGE;
  return true;
}

function drawLabeller() {
  byId("labeller").hidden = false;
  byId("labeller-name").textContent = word("labelling", name);
}

// claims

const labelled = () => before + claims.filter((claim) => claim.given !== null).length;

async function go(to) {
  if (to >= claims.length && !(await fetchMore())) return;
  at = Math.max(0, Math.min(to, claims.length));
  if (at === claims.length) await end();
  else show(() => [progress(), card(claims[at])]);
}

function progress() {
  const said = word("labelledOf", labelled(), total);
  const bar = make("progress", { max: Math.max(total, 1), "aria-label": said });
  bar.value = labelled();
  return make("div", { class: "run-progress" }, bar, make("span", { class: "run-about" }, said));
}

function card(claim) {
  return make("article", { class: "card to-label" },
    make("section", {}, make("h3", {}, word("askedFor")), make("p", {}, claim.question_text)),
    make("section", {}, make("h3", {}, word("claim")), make("p", { class: "claim-text" }, claim.text)),
    make("section", {}, make("h3", {}, word("evidence")), ...(claim.quotes.length
      ? claim.quotes.map(quote) : [make("p", { class: "note" }, word("nothingCited"))])),
    make("div", { class: "verdicts", role: "group", "aria-label": word("labelTitle") },
      ...LABELS.map((label, number) => verdict(claim, label, number + 1))),
    make("div", { class: "moves" },
      move("back", "ArrowLeft", "←", at - 1, at === 0),
      move("skipClaim", "ArrowRight", "→", at + 1, false)),
    make("p", { class: "hint how" }, word("keys")));
}

function quote(one) {
  const where = [...one.path.filter((each) => each !== one.clause), one.clause].filter((each) => each);
  return make("div", {},
    make("p", { class: "source-title" }, one.title),
    where.length ? make("p", { class: "path" }, where.join(" › ")) : null,
    make("blockquote", { tabindex: "0" }, one.quote));
}

function verdict(claim, label, number) {
  const button = make("button", {
    type: "button", class: "verdict", "data-label": label,
    "aria-pressed": String(claim.given === label), "aria-keyshortcuts": String(number),
  }, make("span", {}, word(`say_${label}`)), make("kbd", { "aria-hidden": "true" }, String(number)));
  button.addEventListener("click", () => give(label));
  return button;
}

function move(key, shortcut, arrow, to, off) {
  const button = make("button", {
    type: "button", class: "quiet boxed", "aria-keyshortcuts": shortcut, disabled: off, "data-move": key,
  }, make("kbd", { "aria-hidden": "true" }, arrow), ` ${word(key)}`);
  button.addEventListener("click", () => step(to));
  return button;
}

async function step(to) {
  if (busy || to < 0 || to > claims.length) return;
  const skipped = to > at && at < claims.length && claims[at].given === null;
  say(() => (skipped ? word("skippedOne") : ""));
  await go(to);
}

async function give(label) {
  const claim = claims[at];
  if (busy || !claim) return;
  for (const button of document.querySelectorAll(".verdict")) {
    button.setAttribute("aria-pressed", String(button.dataset.label === label));
    button.disabled = true;
  }
  say(() => word("keeping"));
  const { question, claim: position } = claim;
  const kept = await tried(() => giveLabel(run, { question, claim: position, label, by: name }));
  if (!kept) {
    draw(); // pressable again, as it was
    return;
  }
  claim.given = label;
  say(() => word("kept", word(`say_${label}`)));
  await go(at + 1);
}

// the end

async function end() {
  const told = await tried(() => readAgreement(run));
  if (!told) return;
  const skipped = claims.filter((claim) => claim.given === null).length;
  show(() => [progress(), make("section", { class: "card to-label" },
    make("h2", {}, total === 0 ? word("noClaims")
      : skipped ? word("someSkipped", skipped) : word("allLabelled")),
    skipped ? again() : null,
    ...agreement(told),
    make("div", { class: "moves" }, move("back", "ArrowLeft", "←", at - 1, at === 0)))]);
}

function again() {
  const button = make("button", { type: "button", class: "primary small" }, word("goOverSkipped"));
  button.addEventListener("click", () => step(claims.findIndex((claim) => claim.given === null)));
  return make("p", {}, button);
}

function agreement(told) {
  const share = (value) => (value === null ? "–" : value.toFixed(3));
  const named = (judge) => (judge === "verifier" ? word("ownVerifier") : judge.replace(/^people:/, ""));
  const rows = told.agreements.map((one) => make("tr", {},
    make("th", { scope: "row" }, named(one.judge)),
    ...[String(one.n), share(one.accuracy), share(one.kappa)].map((text) => make("td", {}, text))));
  const head = ["judge", null, "accuracy", null].map((key, number) =>
    make("th", { scope: "col" }, key ? word(key) : ["", "n", "", "κ"][number]));
  return [make("h3", {}, word("agreement")),
    rows.length
      ? make("div", { class: "scroll" }, make("table", { class: "sums few" },
        make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)))
      : make("p", { class: "hint" }, word("noAgreement")),
    told.stale.length ? make("p", { class: "note" }, word("staleLabels", told.stale.length)) : null]
    .filter((part) => part !== null);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.target.tagName === "INPUT" || !claims.length) return;
  const number = "1234".indexOf(event.key);
  if (number >= 0 && event.key) give(LABELS[number]);
  else if (event.key === "ArrowLeft") step(at - 1);
  else if (event.key === "ArrowRight") step(at + 1);
  else return;
  event.preventDefault();
});
byId("change-name").addEventListener("click", () => {
  say(() => "");
  claims = [];
  askName();
});
byId("language").addEventListener("click", () => {
  switchLanguage();
  drawLanguage();
});

function drawLanguage() {
  fillWords();
  byId("language").textContent = word("languageMark");
  byId("language").setAttribute("aria-label", word("language"));
  if (!byId("labeller").hidden) drawLabeller();
  tell();
  draw();
}

drawLanguage();
if (!run) askRun();
else if (name) begin();
else askName();
