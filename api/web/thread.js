// The conversation: its turns, the newest first, and the question under way.

import { answerCard, growingCard, stoppedCard, trouble, waiting } from "./answer.js";
import { ask, Trouble } from "./client.js";
import { byId, make } from "./dom.js";
import { scopeBody } from "./scope.js";
import { word } from "./words.js";

const MOST_TURNS = 50; // sent along: as many as the server looks at
const LONGEST_ANSWER = 2000; // characters of an answer sent along, as many as it looks at

let turns = []; // oldest first: { question, answer, state, error, stopper }
let page = {}; // show a citation; changed: draw again; answered: an answer is whole

export function setUpThread(callbacks) {
  page = callbacks;
}

export function hasTurns() {
  return turns.length > 0;
}

export function newThread() {
  for (const turn of turns) turn.stopper.abort();
  turns = [];
  page.changed();
}

export async function askInThread(question) {
  for (const turn of turns) if (turn.state === "growing") stop(turn);
  const turn = { question, answer: nothingYet(question), state: "growing", error: null,
    stopper: new AbortController() };
  const asked = { question, history: past(), ...scopeBody() };
  turns.push(turn);
  page.changed();
  await answerTurn(turn, asked);
}

async function answerTurn(turn, asked) {
  try {
    const answer = await ask(asked, turn.stopper.signal, (name, data) => grow(turn, name, data));
    if (turn.state !== "growing") return;
    turn.answer = answer;
    turn.state = "whole";
    page.changed();
    page.answered(answer);
  } catch (error) {
    if (turn.state !== "growing" || !turns.includes(turn)) return; // stopped, or of an older thread
    if (!(error instanceof Trouble)) throw error;
    turn.state = "failed";
    turn.error = error;
    page.changed();
  }
}

function nothingYet(question) {
  return { question, text: "", claims: [], verdicts: [], citations: [], passages: [], notes: [],
    rewritten: "", short_answer: "", yes_no: "", offered: [], llm_generated: false };
}

function grow(turn, name, data) {
  if (turn.state !== "growing" || !turns.includes(turn)) return;
  const answer = turn.answer;
  if (name === "passages") {
    answer.passages = data.passages;
    answer.rewritten = data.rewritten;
  } else if (name === "claim") {
    answer.text += data.delta;
    answer.claims.push(data.claim);
    for (const [position, citation] of data.citations) answer.citations[position] = citation;
    if (!answer.short_answer && data.claim.short) {
      answer.short_answer = Array.from(data.claim.text).slice(...data.claim.short).join("");
    }
  } else if (name === "verdict") {
    answer.verdicts.push(data.verdict);
  }
  page.changed();
}

function stop(turn) {
  turn.state = "stopped";
  turn.stopper.abort();
  page.changed();
}

function again(turn) {
  turns = turns.filter((one) => one !== turn);
  askInThread(turn.question);
}

// What a follow-up leans on.
function past() {
  return turns
    .filter((turn) => turn.state === "whole" || turn.state === "stopped")
    .slice(-MOST_TURNS)
    .map(({ question, answer }) => ({
      question: answer.rewritten || question,
      answer: Array.from(answer.text).slice(0, LONGEST_ANSWER).join(""),
      citations: answer.citations.map((one) => one.id),
    }));
}

export function drawThread() {
  const newest = turns.at(-1);
  byId("answer").setAttribute("aria-busy", String(newest.state === "growing"));
  const open = new Set(Array.from(byId("answer").querySelectorAll("details.turn[open]"),
    (one) => Number(one.dataset.turn)));
  const earlier = turns.slice(0, -1).map((turn, at) =>
    make("details", { class: "turn", "data-turn": String(at), open: open.has(at) },
      make("summary", {}, turn.question), card(turn))).reverse();
  byId("answer").replaceChildren(card(newest),
    ...(earlier.length
      ? [make("section", { class: "earlier" }, make("h3", {}, word("earlier")), ...earlier)] : []));
}

function card(turn) {
  if (turn.state === "failed") return trouble(turn.question, turn.error, () => again(turn));
  if (turn.state === "stopped") return stoppedCard(turn.answer, page.show, () => again(turn));
  if (turn.state === "whole") return answerCard(turn.answer, page.show);
  return turn.answer.passages.length || turn.answer.claims.length
    ? growingCard(turn.answer, page.show, () => stop(turn))
    : waiting(turn.question, () => stop(turn));
}
