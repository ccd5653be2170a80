// An answer, an abstention or a trouble as elements. Positions in answers are code points.

import { copy, hidden, make } from "./dom.js";
import { lapseNote, whereOf } from "./evidence.js";
import { word } from "./words.js";

const TICKS = { supported: "✓", partial: "◐", unsupported: "!", contradicted: "✕" };
const WAITING_LINES = 3;

export function waiting(question, stop) {
  const lines = Array.from({ length: WAITING_LINES }, () => make("div", { class: "waiting-line" }));
  return make("div", { class: "card waiting" },
    make("h2", { class: "posed" }, question),
    make("p", {}, word("asking")),
    ...lines,
    make("button", { type: "button", class: "quiet boxed", onclick: stop }, word("stop")));
}

export function trouble(question, error, again) {
  const button = again
    ? make("button", { type: "button", class: "quiet boxed", onclick: again }, word("again"))
    : null;
  return make("div", { class: "card notice", role: "alert" },
    make("p", { class: "posed" }, question),
    make("h2", {}, error.title),
    error.detail ? make("p", {}, error.detail) : null,
    button);
}

export function answerCard(answer, show) {
  return answer.abstention ? abstentionCard(answer, show) : sentencesCard(answer, show);
}

// What is verified so far of an answer that is still being made.
export function growingCard(answer, show, stop) {
  const found = answer.passages.length;
  return make("article", { class: "card growing" },
    ...head(answer),
    make("div", { class: "sentences" }, ...blocks(answer, show)),
    make("div", { class: "progress" },
      make("span", { class: "pulse", "aria-hidden": "true" }),
      make("span", {}, found ? word("checking", found) : word("asking")),
      make("button", { type: "button", class: "quiet boxed", onclick: stop }, word("stop"))));
}

// An answer that was stopped: every sentence of it was verified.
export function stoppedCard(answer, show, again) {
  return make("article", { class: "card" },
    ...head(answer),
    make("div", { class: "sentences" }, ...blocks(answer, show)),
    make("p", { class: "note" }, word(answer.claims.length ? "stoppedKept" : "stopped")),
    make("button", { type: "button", class: "quiet boxed", onclick: again }, word("again")),
    answer.citations.length ? sources(answer, show) : null);
}

function head(answer) {
  return [
    make("h2", { class: "posed" }, answer.question),
    ...(answer.rewritten
      ? [make("p", { class: "understood" }, word("understood"), make("q", {}, answer.rewritten))] : []),
    ...(answer.yes_no ? [make("p", { class: "direct" }, word(`says_${answer.yes_no}`))] : []),
    ...(answer.short_answer
      ? [make("p", { class: "direct" }, hidden(`${word("shortAnswer")} `), answer.short_answer)] : []),
  ];
}

function sentencesCard(answer, show) {
  return make("article", { class: "card" },
    ...head(answer),
    make("div", { class: "sentences" }, ...blocks(answer, show)),
    notes(answer),
    withheld(answer, show),
    facts(answer),
    sources(answer, show),
    answer.offered.length ? offers(answer, show, word("mayAnswerToo")) : null,
    passages(answer, word("found", answer.passages.length), false));
}

// Sentences stand in one block until the answer's text has a line break between two of them.
function blocks(answer, show) {
  const points = Array.from(answer.text);
  const disputed = new Set(answer.notes.filter((one) => one.kind === "conflict")
    .flatMap((one) => one.claims));
  const verdicts = new Map(answer.verdicts.map((verdict) => [verdict.claim, verdict]));
  const made = [];
  let end = 0;
  answer.claims.forEach((claim, position) => {
    if (made.length === 0 || points.slice(end, claim.start).includes("\n")) made.push(make("p"));
    const element = sentence(
      claim, verdicts.get(position), answer.citations, show, answer.llm_generated);
    element.classList.toggle("disputed", disputed.has(position));
    made.at(-1).append(element);
    end = claim.end;
  });
  return made;
}

// A tick beside a quote would say only that it equals itself.
function sentence(claim, verdict, citations, show, written) {
  const marks = claim.citations.map((position) => mark(position, citations[position], show));
  const points = Array.from(claim.text);
  return make("span", {
      class: `claim ${verdict ? verdict.label : ""}`,
      "data-cites": claim.citations.map((position) => citations[position].id).join(" "),
    },
    ...lit(points, 0, points.length - 1, claim),
    make("span", { class: "tail" },
      ...lit(points, points.length - 1, points.length, claim),
      ...marks,
      verdict && written ? tick(verdict) : null),
    " ");
}

// Code points from start to end, those that answer standing out.
function lit(points, start, end, claim) {
  const parts = claim.highlights.length ? claim.highlights : claim.short ? [claim.short] : [];
  const cut = (a, b) => points.slice(Math.max(a, start), Math.min(b, end)).join("");
  const made = [];
  let done = start;
  for (const [from, to] of parts) {
    const words = cut(from, to);
    made.push(cut(done, from), words ? make("strong", { class: "short" }, words) : "");
    done = Math.max(done, to);
  }
  return [...made, cut(done, end)];
}

// Said about the answer, not by it.
function notes(answer) {
  if (answer.notes.length === 0) return null;
  return make("ul", { class: "notes" }, ...answer.notes.map((one) =>
    make("li", { class: `note ${one.kind}` },
      make("strong", {}, word(`note_${one.kind}`)),
      make("span", {}, one.message),
      one.claims.length
        ? make("span", { class: "hint" }, word("sentencesNumbered", one.claims.map((at) => at + 1).join("、")))
        : null)));
}

// Drafted and not said: behind a toggle, struck through, with what is wrong with each.
function withheld(answer, show) {
  if (answer.withheld.length === 0) return null;
  return make("details", { class: "withheld" },
    make("summary", {}, word("withheld", answer.withheld.length)),
    make("ul", {}, ...answer.withheld.map((one) => make("li", {},
      make("s", {}, one.text),
      make("span", { class: "reason" }, [word(one.label), ...one.reasons].join(" · ")),
      ...one.citations.map((citation) => sourceButton(citation, null, show, "§"))))));
}

function mark(position, citation, show) {
  const button = make("button", {
      type: "button",
      class: "mark",
      "data-cite": citation.id,
      "aria-controls": "evidence",
      onclick: () => show(citation, position + 1, true),
      onfocus: () => show(citation, position + 1, false),
    }, make("span", { "aria-hidden": "true" }, String(position + 1)),
    hidden(`${word("cited", position + 1)}: ${citation.title}`));
  return make("sup", {}, button);
}

function tick(verdict) {
  const label = `${word(verdict.label)} (${Math.round(verdict.support * 100)}%)`;
  const title = [label, ...verdict.reasons].join("\n");
  return make("span", { class: "tick", title },
    make("span", { "aria-hidden": "true" }, TICKS[verdict.label]), hidden(` ${label} `));
}

function facts(answer) {
  const milliseconds = Object.values(answer.timings).reduce((sum, one) => sum + one, 0);
  const took = milliseconds < 1000
    ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const words = { copied: word("copied"), failed: word("copyFailed") };
  const button = make("button", { type: "button", class: "quiet" }, word("copyAnswer"));
  button.addEventListener("click", () => copy(withFootnotes(answer), button, words));
  return make("div", { class: "facts" },
    make("span", { class: "fact kind" }, word(answer.llm_generated ? "written" : "quoted")),
    make("span", { class: "fact" }, word(`certainty_${answer.certainty}`)),
    make("span", { class: "fact" }, word("indexVersion", answer.index_version)),
    milliseconds > 0 ? make("span", { class: "fact" }, word("took", took)) : null,
    button);
}

function withFootnotes(answer) {
  const notes = answer.citations.map((citation, position) =>
    `[^${position + 1}]: ${citation.title} ${whereOf(citation)} ` +
    `${location.origin}${citation.permalink}`);
  return [answer.text, "", ...notes].join("\n");
}

function sources(answer, show) {
  const lines = answer.citations.map((citation, position) =>
    make("li", {},
      sourceButton(citation, position + 1, show),
      lapseNote(citation),
      others(citation, show)));
  return make("section", { class: "sources" },
    make("h3", {}, word("sources")), make("ol", {}, ...lines));
}

function sourceButton(citation, number, show, sign = "＝") {
  return make("button", {
      type: "button",
      class: "source",
      "data-cite": citation.id,
      "aria-controls": "evidence",
      onclick: () => show(citation, number, true),
    },
    make("span", { class: "number", "aria-hidden": "true" }, number === null ? sign : String(number)),
    make("span", { class: "source-body" },
      make("span", { class: "source-title" }, citation.title),
      make("span", { class: "source-path" }, whereOf(citation)),
      citation.ocr ? make("span", { class: "source-path" }, word("ocr")) : null,
      make("span", { class: "source-quote" }, citation.quote)));
}

// Places that say the same: the answer quotes one and names the others.
function others(citation, show) {
  if (citation.repeats.length === 0) return null;
  return make("details", { class: "others" },
    make("summary", {}, word("also", citation.repeats.length)),
    ...citation.repeats.map((one) => sourceButton(one, null, show)));
}

function abstentionCard(answer, show) {
  return make("article", { class: "card abstention" },
    ...head(answer),
    make("div", { class: "refusal" },
      make("p", { class: "refusal-title" }, word("abstained")),
      make("p", {}, word(answer.abstention.reason)),
      make("p", { class: "refusal-message" }, answer.abstention.message)),
    answer.offered.length ? offers(answer, show) : null,
    notes(answer),
    withheld(answer, show),
    answer.passages.length
      ? passages(answer, word("nearest"), answer.offered.length === 0)
      : make("p", { class: "hint" }, word("noNearest")));
}

// Whole clauses that may answer: nothing is claimed of them.
function offers(answer, show, title = null) {
  return make("section", { class: "sources offered" },
    title ? make("h3", {}, title) : null,
    make("ol", {}, ...answer.offered.map((citation, position) => make("li", {},
      sourceButton(citation, position + 1, show), lapseNote(citation)))));
}

function passages(answer, title, open) {
  const lines = answer.passages.map((hit) => make("li", { class: "passage" },
    make("p", { class: "source-title" }, hit.title),
    make("p", { class: "source-path" }, hit.passage.path.join(" › ")),
    lapseNote(hit),
    make("p", { class: "passage-text" }, hit.passage.text)));
  if (lines.length === 0) return null;
  return make("details", { class: "passages", open },
    make("summary", {}, title), make("ol", {}, ...lines));
}
