// The API as functions. Whatever goes wrong is a Trouble with words for people.

import { ownHalf, word } from "./words.js";

export class Trouble extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }

  get title() {
    return this.problem.title ? ownHalf(this.problem.title) : word("trouble");
  }

  get detail() {
    return this.problem.network ? word("network") : ownHalf(this.problem.detail || "");
  }
}

async function call(path, options = {}) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble({ network: true });
  }
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

export const ask = (question, scope, signal) => call("/v1/ask", json({ question, ...scope }, signal));
export const cite = (id, signal) => call(`/v1/citations/${encodeURIComponent(id)}`, { signal });
export const readDocument = (id) => call(`/v1/documents/${encodeURIComponent(id)}`);
export const listDocuments = () => call("/v1/documents");
export const listQuarantine = () => call("/v1/quarantine");
export const removeDocument = (id) =>
  call(`/v1/documents/${encodeURIComponent(id)}`, { method: "DELETE" });

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
