// The table of measures: a column a run, and how each differs from the first.

import { make } from "./dom.js";
import { locale, word } from "./words.js";

const ALPHA = 0.05; // adjusted for all that is compared

// comparisons: "baseline id" -> comparison; null: not of one set; undefined: still asked for
export function drawSums(place, runs, measures, comparisons) {
  if (!runs.length) {
    place.replaceChildren();
    return;
  }
  const [first, ...others] = runs;
  const compared = new Map(others.map((run) => [run.id, comparisons.get(`${first.id} ${run.id}`)]));
  const shown = measures.filter(({ name }) => runs.some((run) => run.measures[name]?.n));
  const table = make("table", { class: "sums" },
    others.length ? make("caption", {}, word("significant")) : null,
    make("thead", {}, make("tr", {},
      make("th", { scope: "col" }, word("measure")),
      ...runs.map((run) => head(run, run === first ? [word("baseRun")] : notes(compared.get(run.id)))))),
    make("tbody", {}, ...shown.map((measure) => make("tr", {},
      make("th", { scope: "row" }, nameOf(measure), make("small", {}, told(measure))),
      ...runs.map((run) => cell(run.measures[measure.name], change(compared.get(run.id), measure)))))));
  // A table wider than its place is moved by keys as well.
  place.replaceChildren(make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("sideBySide") }, table));
}

function head(run, said) {
  return make("th", { scope: "col" }, run.set_name,
    make("small", {}, new Date(run.started).toLocaleString(locale())),
    ...said.map((text) => make("small", {}, text)));
}

// What a run was made with that the first was not, or why there is no comparison.
function notes(comparison) {
  if (!comparison) return [word(comparison === null ? "otherSet" : "comparing")];
  return Object.entries(comparison.changed).map(([name, [old, now]]) => `${name}: ${plain(old)} → ${plain(now)}`);
}

const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function nameOf(measure) {
  return locale() === "zh-CN" ? measure.zh : measure.en;
}

function told(measure) {
  return measure.lower_is_better ? `${measure.name} · ${word("lowerBetter")}` : measure.name;
}

function change(comparison, measure) {
  if (!comparison) return null;
  return comparison.differences.find((one) => one.slice === "" && one.measure === measure.name) || null;
}

function cell(sum, difference) {
  if (!sum || sum.value === null) return make("td", {}, "–");
  return make("td", { title: word("overQuestions", sum.n) },
    make("div", {}, sum.value.toFixed(3)),
    difference ? delta(difference) : null, make("small", {}, `n = ${sum.n}`));
}

function delta({ difference, lower_is_better: lower, adjusted }) {
  const gain = lower ? -difference : difference;
  if (gain === 0) return make("span", { class: "delta" }, "=");
  const mark = gain > 0 ? "▲" : "▼";
  const sign = difference > 0 ? "+" : "−";
  const size = Math.abs(difference).toFixed(3);
  return make("span", { class: `delta ${gain > 0 ? "better" : "worse"}` },
    `${mark} ${sign}${size}${adjusted < ALPHA ? " ★" : ""}`);
}
