// Which documents a question is put to: versions of a day, a collection, a condition.

import { byId } from "./dom.js";
import { word } from "./words.js";

const FIELDS = { as_of: "as-of", collection: "collection", where: "where" };

// What goes into the address beside the question, so that a link asks the same.
export function scopeParameters() {
  const set = Object.entries(FIELDS)
    .map(([name, id]) => [name, byId(id).value.trim()])
    .filter(([, value]) => value);
  return new URLSearchParams(set);
}

export function scopeFrom(parameters) {
  for (const [name, id] of Object.entries(FIELDS)) byId(id).value = parameters.get(name) || "";
  drawScope();
}

// As the API takes it.
export function scopeBody() {
  const given = scopeParameters();
  return {
    ...(given.has("as_of") && { as_of: given.get("as_of") }),
    ...(given.has("collection") && { collections: [given.get("collection")] }),
    ...(given.has("where") && { where: [given.get("where")] }),
  };
}

// A scope that is set is told also while its fields are folded away.
export function drawScope() {
  const said = Array.from(scopeParameters().values()).join(" · ");
  byId("scope-name").textContent = said ? word("scopeSet", said) : word("scope");
  byId("scope").classList.toggle("set", said !== "");
}

export function setUpScope() {
  for (const id of Object.values(FIELDS)) byId(id).addEventListener("input", drawScope);
}
