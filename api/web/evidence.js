// One citation: the quote inside its paragraph, where it stands, what became of it.

import { copy, make } from "./dom.js";
import { word } from "./words.js";

const NOTES = { moved: "movedNote", changed: "changedNote", gone: "goneNote" };

export function evidenceWaiting(citation, number) {
  return [...heading(citation, number, null), quoteOf("", citation.quote, ""),
    make("p", { class: "hint" }, word("reading"))];
}

export function evidenceTrouble(citation, number, error) {
  const said = make("p", { class: "notice" }, `${error.title}. ${error.detail}`);
  return citation ? [...heading(citation, number, null), quoteOf("", citation.quote, ""), said] : [said];
}

export function evidenceCard(place, number) {
  const { citation, state } = place;
  return [...heading(citation, number, state),
    lapseNote(citation),
    citation.ocr ? make("p", { class: "note" }, word("ocr")) : null,
    note(place),
    quoteOf(place.before, citation.quote, place.after),
    difference(place.diff),
    make("dl", { class: "place" },
      make("dt", {}, word("source")), make("dd", {}, sourceName(place.source))),
    citeAs(place.forms),
    linkButton(citation)].filter((part) => part !== null);
}

// That a text is not in force is said wherever it is shown.
export function lapseNote({ lapse }) {
  if (!lapse) return null;
  const { kind, since, title } = lapse;
  return make("p", { class: "note lapse" }, word(kind, since, title));
}

const CHANGES = { equal: "span", removed: "del", added: "ins" };

function difference(parts) {
  if (parts.length === 0) return null;
  return make("section", { class: "difference" },
    make("h3", {}, word("whatChanged")),
    make("p", {}, ...parts.map((part) => make(CHANGES[part.kind], {}, part.text))));
}

function citeAs(forms) {
  const line = (name, text) => {
    const words = { copied: word("copied"), failed: word("copyFailed") };
    const button = make("button", { type: "button", class: "quiet" }, word("copy"));
    button.addEventListener("click", () => copy(text, button, words));
    return make("div", { class: "form-line" },
      make("span", { class: "form-name" }, name), make("span", { class: "form-text" }, text), button);
  };
  return make("details", { class: "forms" },
    make("summary", {}, word("citeAs")),
    line(word("official"), forms.official),
    line(word("gbt7714"), forms.gbt7714),
    line("CSL-JSON", JSON.stringify(forms.csl_json)));
}

function heading(citation, number, state) {
  return [
    make("div", { class: "evidence-head" },
      number === null ? null : make("span", { class: "number" }, String(number)),
      make("h2", {}, citation.title),
      state === null ? null : make("span", { class: `state ${state}` }, word(state))),
    make("p", { class: "path" }, whereOf(citation)),
  ];
}

export function whereOf(citation) {
  const page = citation.page === null ? [] : [word("page", citation.page)];
  // 第三十九条第二项 takes the place of 第三十九条, the last of its headings.
  const above = citation.path.filter((one) => !citation.clause.startsWith(one.split(" ")[0]));
  const path = citation.clause ? [...above, citation.clause] : citation.path;
  return [path.join(" › "), ...page].filter((part) => part).join(" · ");
}

function quoteOf(before, quote, after) {
  return make("blockquote", { tabindex: "0" },
    make("p", {},
      make("span", { class: "around" }, before),
      make("mark", {}, quote),
      make("span", { class: "around" }, after)));
}

function note(place) {
  if (!(place.state in NOTES)) return null;
  const now = place.current ? ` ${whereOf(place.current)}` : "";
  return make("p", { class: `note ${place.state}` }, word(NOTES[place.state]) + now);
}

function sourceName(source) {
  return source.startsWith("upload:") ? source.slice("upload:".length) : source;
}

function linkButton(citation) {
  const words = { copied: word("copied"), failed: word("copyFailed") };
  const button = make("button", { type: "button", class: "quiet boxed" }, word("copyLink"));
  button.addEventListener("click", () =>
    copy(location.origin + citation.permalink, button, words));
  return make("p", { class: "evidence-foot" }, button);
}
