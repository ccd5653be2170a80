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
    note(place),
    quoteOf(place.before, citation.quote, place.after),
    make("dl", { class: "place" },
      make("dt", {}, word("source")), make("dd", {}, sourceName(place.source))),
    linkButton(citation)].filter((part) => part !== null);
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

function whereOf(citation) {
  const page = citation.page === null ? [] : [word("page", citation.page)];
  return [citation.path.join(" › "), ...page].filter((part) => part).join(" · ");
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
