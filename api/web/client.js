// The API as functions. Whatever goes wrong is a Trouble with words for people.

import { locale, word } from "./words.js";

export class Trouble extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }

  get title() {
    return this.problem.title || word("trouble");
  }

  get detail() {
    return this.problem.network ? word("network") : this.problem.detail || "";
  }
}

// What the server says to people comes in the language that the page is shown in.
async function send(path, options) {
  const headers = { ...options.headers, "Accept-Language": locale() };
  try {
    return await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble({ network: true });
  }
}

async function call(path, options = {}) {
  const reply = await send(path, options);
  return bodyOf(reply);
}

async function bodyOf(reply) {
  let body;
  try {
    body = await reply.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble({ detail: `HTTP ${reply.status}` });
  }
  if (!reply.ok) throw new Trouble(body);
  return body;
}

function json(body, signal) {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body), signal };
}

// Asks, and tells each event as it comes; returns the whole answer, which is the last of them.
export async function ask(asked, signal, tell) {
  const reply = await send("/v1/ask", json({ ...asked, stream: true }, signal));
  if (!reply.ok) return bodyOf(reply); // which throws
  for await (const { name, data } of events(reply.body)) {
    if (name === "error") throw new Trouble(data);
    if (name === "done") return data;
    tell(name, data);
  }
  throw new Trouble({ network: true }); // the server went away in the middle
}

// Server-sent events of a body that is cut anywhere, in the middle of a character too.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Trouble({ network: true });
    }
    if (piece.done) return;
    const blocks = (text + piece.value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) yield event(block);
  }
}

function event(block) {
  const fields = new Map(block.split("\n").map((line) => {
    const at = line.indexOf(": ");
    return [line.slice(0, at), line.slice(at + 2)];
  }));
  return { name: fields.get("event"), data: JSON.parse(fields.get("data")) };
}

export const cite = (id, signal) => call(`/v1/citations/${encodeURIComponent(id)}`, { signal });
export const readDocument = (id) => call(`/v1/documents/${encodeURIComponent(id)}`);
export const listDocuments = () => call("/v1/documents");
export const listQuarantine = () => call("/v1/quarantine");
export const removeDocument = (id) =>
  call(`/v1/documents/${encodeURIComponent(id)}`, { method: "DELETE" });

const run = (id, rest = "") => `/v1/evals/${encodeURIComponent(id)}${rest}`;

export const listRuns = () => call("/v1/evals");
export const readRun = (id) => call(run(id));
export const startRun = (set, name) => call("/v1/evals", json({ set, name }));
export const cancelRun = (id) => call(run(id), { method: "DELETE" });
export const resumeRun = (id) => call(run(id, "/resume"), { method: "POST" });
export const compareRuns = (id, baseline) =>
  call(run(id, `/compare?${new URLSearchParams({ baseline })}`));
export const reportAddress = (id, baseline) =>
  run(id, baseline ? `/report?${new URLSearchParams({ baseline })}` : "/report");
export const listClaims = (id, wanted) => call(run(id, `/claims?${new URLSearchParams(wanted)}`));
export const giveLabel = (id, given) => call(run(id, "/labels"), json(given));
export const readAgreement = (id) => call(run(id, "/agreement"));

// The outcomes of an upload; one where every file is refused is a problem that carries them too.
export async function addDocuments(files, collection) {
  const form = new FormData();
  if (collection) form.append("collection", collection);
  for (const file of files) form.append("files", file, file.name);
  try {
    return (await call("/v1/documents", { method: "POST", body: form })).outcomes;
  } catch (error) {
    if (error instanceof Trouble && error.problem.outcomes) return error.problem.outcomes;
    throw error;
  }
}
