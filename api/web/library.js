// The library's drawer: list, filter, upload, delete, quarantine.

import { addDocuments, listDocuments, listQuarantine, readDocument, removeDocument, Trouble } from "./client.js";
import { byId, make } from "./dom.js";
import { factName, locale, word } from "./words.js";

const SHOWN = 200; // lines drawn at once; the filter finds the rest
const FILTER_FROM = 8; // fewer documents are seen at a glance
const BATCH_FILES = 50; // per request: outcomes show up as it goes
const BATCH_BYTES = 100 * 1024 * 1024; // half of what the server takes in one request

const STATES = { moved: "renamed", removed: "left" }; // those a citation's states have words for

let documents = null; // null until the server has told
let quarantined = [];
let changed = () => {};

export function documentCount() {
  return documents === null ? null : documents.length;
}

export function setUpLibrary(onChange) {
  changed = onChange;
  const drawer = byId("library");
  byId("open-library").addEventListener("click", openLibrary);
  byId("close-library").addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close(); // a click beside the drawer lands on it
  });
  byId("choose").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", (event) => {
    const files = Array.from(event.target.files); // a copy: the field is emptied next
    event.target.value = "";
    upload(files);
  });
  byId("filter").addEventListener("input", drawDocuments);
  setUpDrop(drawer);
}

export function openLibrary() {
  if (!byId("library").open) byId("library").showModal();
  refresh();
}

function setUpDrop(drawer) {
  const holdsFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (!drawer.open) drawer.showModal();
    byId("drop").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) byId("drop").classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    byId("drop").classList.remove("over");
    upload(Array.from(event.dataTransfer.files));
  });
}

export async function refresh() {
  try {
    const [listed, held] = await Promise.all([listDocuments(), listQuarantine()]);
    documents = listed.documents;
    quarantined = held.quarantined;
    drawLibrary();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    byId("documents").replaceChildren(make("li", { class: "notice" }, `${error.title}. ${error.detail}`));
  }
  changed();
}

export function drawLibrary() {
  if (documents === null) return;
  byId("library-count").textContent = documents.length.toLocaleString(locale());
  byId("filter").hidden = documents.length < FILTER_FROM;
  drawDocuments();
  const lines = quarantined.map((one) => make("li", {},
    make("span", { class: "document-title" }, one.source.replace(/^upload:/, "")),
    make("span", { class: "reason" }, one.reason)));
  byId("quarantine").replaceChildren(...(lines.length
    ? [make("h3", {}, word("quarantine")), make("ul", { class: "documents" }, ...lines)] : []));
}

function drawDocuments() {
  const sought = byId("filter").value.trim().toLowerCase();
  const found = documents.filter((one) =>
    `${one.title}\n${one.source}`.toLowerCase().includes(sought));
  const lines = found.slice(0, SHOWN).map(documentLine);
  if (found.length > SHOWN) lines.push(make("li", { class: "hint" }, word("more", found.length - SHOWN)));
  if (documents.length === 0) lines.push(make("li", { class: "hint" }, word("emptyLibrary")));
  byId("documents").replaceChildren(...lines);
}

function documentLine(one) {
  const line = make("li");
  const about = [one.source.replace(/^upload:/, ""),
    word("characters", one.characters.toLocaleString(locale())), one.encoding].join(" · ");
  const button = make("button", { type: "button", class: "quiet", "aria-label": `${word("remove")}: ${one.title}` }, word("remove"));
  button.addEventListener("click", () => confirmRemoval(line, one));
  const facts = make("details", { class: "document-facts" }, make("summary", {}, word("about")));
  facts.addEventListener("toggle", () => drawFacts(facts, one), { once: true });
  line.append(
    make("span", { class: "document-title" }, one.title),
    make("span", { class: "document-about" }, about),
    button,
    facts);
  return line;
}

// What is known of a document, each fact with where it was found, and what reading left out.
async function drawFacts(facts, one) {
  try {
    const { metadata, receipt } = await readDocument(one.id);
    const lines = Object.entries(metadata).flatMap(([key, fact]) => [
      make("dt", {}, factName(key)),
      make("dd", {}, [].concat(fact.value).join("、") || "—",
        make("span", { class: "origin" }, word(`from_${fact.origin}`)))]);
    facts.append(lines.length
      ? make("dl", { class: "place" }, ...lines) : make("p", { class: "hint" }, word("noFacts")));
    if (receipt.notes.length) {
      facts.append(make("p", { class: "hint" }, word("notes")),
        make("ul", {}, ...receipt.notes.map((note) => make("li", { class: "reason" }, note))));
    }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    facts.append(make("p", { class: "notice" }, `${error.title}. ${error.detail}`));
  }
}

function confirmRemoval(line, one) {
  const cancel = make("button", { type: "button", class: "quiet boxed" }, word("cancel"));
  const yes = make("button", { type: "button", class: "danger" }, word("removeYes"));
  cancel.addEventListener("click", drawDocuments);
  yes.addEventListener("click", () => remove(one));
  line.replaceChildren(
    make("span", { class: "document-title" }, one.title),
    make("span", { class: "document-about" }, word("removeAsk")),
    make("span", { class: "choices" }, cancel, yes));
  cancel.focus();
}

async function remove(one) {
  try {
    await removeDocument(one.id);
    say(make("p", { class: "outcome" }, word("removed", one.title)));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(make("p", { class: "outcome refused" }, `${error.title}. ${error.detail}`));
  }
  await refresh();
}

async function upload(files) {
  if (files.length === 0) return;
  const list = make("ul", { class: "outcomes" });
  const going = make("p", { class: "hint" }, word("uploading", files.length));
  say(going, list);
  try {
    for (const batch of batches(files)) {
      const collection = byId("into-collection").value.trim();
      for (const outcome of await addDocuments(batch, collection)) list.append(outcomeLine(outcome));
    }
  } catch (error) {
    // A file that was moved away since it was chosen fails to be read: fetch calls it the network.
    if (!(error instanceof Trouble)) throw error;
    list.append(make("li", { class: "outcome refused" }, `${error.title}. ${error.detail}`));
  } finally {
    going.remove();
  }
  await refresh();
}

function batches(files) {
  const made = [];
  let bytes = Infinity;
  for (const file of files) {
    if (bytes + file.size > BATCH_BYTES || made.at(-1).length >= BATCH_FILES) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1).push(file);
    bytes += file.size;
  }
  return made;
}

function outcomeLine(outcome) {
  const name = outcome.source.replace(/^upload:/, "");
  return make("li", { class: `outcome ${outcome.state}` },
    make("span", { class: "outcome-state" }, word(STATES[outcome.state] || outcome.state)),
    make("span", {}, outcome.title && outcome.title !== name ? `${name} · ${outcome.title}` : name),
    outcome.reason ? make("span", { class: "reason" }, outcome.reason) : null,
    ...outcome.notes.map((note) => make("span", { class: "reason" }, note)));
}

function say(...parts) {
  byId("outcomes").replaceChildren(...parts);
}
