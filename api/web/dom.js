// Elements from plain data. Text always goes in as text: a document may contain markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function hidden(text) {
  return make("span", { class: "sr" }, text);
}

export function byId(id) {
  return document.getElementById(id);
}

// Copying is allowed on localhost and https only: elsewhere the text is shown to be copied by hand.
export async function copy(text, button, words) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words.copied;
  } catch {
    const field = make("input", { class: "by-hand", readonly: true, "aria-label": words.failed });
    field.value = text;
    button.replaceWith(make("span", { class: "copy-failed" }, words.failed, field));
    field.select();
  }
}
