// The page of evaluation: start a run, watch those under way, set finished ones side by side.

import { cancelRun, compareRuns, listRuns, readRun, reportAddress, resumeRun, startRun, Trouble } from "./client.js";
import { byId, hidden, make } from "./dom.js";
import { drawSums } from "./sums.js";
import { fillWords, locale, switchLanguage, word } from "./words.js";

const MOST_CHOSEN = 4; // side by side; more do not fit, and the server keeps as many at hand
const POLL_MS = 1000;
const UNDER_WAY = new Set(["waiting", "running"]);
const UNFINISHED = new Set(["stopped", "failed", "cancelled"]);

let runs = [];
let measures = [];
let chosen = fromAddress();
let polling = 0; // id of the timer
let tell = () => {}; // draws what was said last again, in the other language
const comparisons = new Map(); // "baseline id" -> comparison; null: not of one set; undefined: asked

function fromAddress() {
  const wanted = new URLSearchParams(location.search).get("runs") || "";
  return wanted.split(",").filter((id) => id).slice(0, MOST_CHOSEN);
}

function say(draw) {
  tell = () => byId("told").replaceChildren(...[].concat(draw()));
  tell();
}

async function tried(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(() => make("p", { class: "notice" }, `${error.title}. ${error.detail}`));
    return null;
  }
}

// runs

async function refresh() {
  const told = await tried(listRuns);
  if (!told) return;
  ({ evals: runs, measures } = told);
  const finished = new Set(runs.filter((run) => run.state === "finished").map((run) => run.id));
  chosen = chosen.filter((id) => finished.has(id));
  draw();
  poll();
}

function poll() {
  clearTimeout(polling);
  if (runs.some((run) => UNDER_WAY.has(run.state))) polling = setTimeout(look, POLL_MS);
}

// Ask after the runs under way alone; a change of state asks for the list again.
async function look() {
  for (const run of runs.filter((one) => UNDER_WAY.has(one.state))) {
    const told = await tried(() => readRun(run.id));
    if (!told) break;
    if (told.state !== run.state) return refresh();
    Object.assign(run, told);
    drawProgress(run);
  }
  return poll();
}

function draw() {
  const focused = document.activeElement && document.activeElement.dataset.key;
  byId("runs").replaceChildren(...(runs.length
    ? runs.map(runLine) : [make("li", { class: "hint" }, word("noRuns"))]));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  const picked = chosen.map((id) => runs.find((run) => run.id === id)).filter((run) => run); // none yet
  drawSums(byId("sums"), picked, measures, comparisons);
  if (!picked.length) {
    byId("sums").replaceChildren(make("p", { class: "hint" }, word("chooseRuns", MOST_CHOSEN)));
  }
}

function runLine(run) {
  const at = chosen.indexOf(run.id);
  const line = make("li", { class: `run is-${run.state}${at >= 0 ? " chosen" : ""}`, "data-run": run.id },
    run.state === "finished" ? box(run, at >= 0) : make("span", {}),
    make("div", { class: "run-body" },
      make("span", { class: "run-name" }, run.set_name || run.id),
      make("span", { class: "run-about" }, about(run)),
      UNDER_WAY.has(run.state) ? progress(run) : null,
      run.error ? make("p", { class: "run-error" }, run.error) : null,
      tools(run)),
    make("span", { class: "run-state" }, word(`state_${run.state}`)));
  return line;
}

function box(run, checked) {
  const input = make("input", {
    type: "checkbox", "data-key": `choose ${run.id}`,
    "aria-label": word("compareRun", `${run.set_name} ${run.id}`),
    disabled: !checked && chosen.length >= MOST_CHOSEN,
  });
  input.checked = checked;
  input.addEventListener("change", () => choose(run.id, input.checked));
  return input;
}

function about(run) {
  const started = run.started ? new Date(run.started).toLocaleString(locale()) : run.id;
  if (!run.total || UNDER_WAY.has(run.state)) return started; // its progress says the rest
  return `${started} · ${run.state === "finished" ? word("questionsCount", run.total) : word("doneOf", run.done, run.total)}`;
}

function progress(run) {
  const label = word("doneOf", run.done, run.total);
  const left = run.seconds_left === null ? "" : ` · ${word("timeLeft", duration(run.seconds_left))}`;
  const bar = make("progress", { max: run.total, "aria-label": label });
  bar.value = run.done;
  return make("div", { class: "run-progress" }, bar,
    make("span", { class: "run-about" }, label + left));
}

function drawProgress(run) {
  const line = document.querySelector(`[data-run="${CSS.escape(run.id)}"]`);
  line?.querySelector(".run-progress")?.replaceWith(progress(run));
}

function duration(seconds) {
  if (seconds < 90) return word("seconds", Math.ceil(seconds));
  return seconds < 5400 ? word("minutes", Math.round(seconds / 60)) : word("hours", Math.round(seconds / 3600));
}

function tools(run) {
  const parts = [];
  if (run.state === "finished") {
    const baseline = chosen.length && chosen[0] !== run.id && chosen.includes(run.id) ? chosen[0] : null;
    parts.push(
      make("a", { href: reportAddress(run.id, baseline) },
        word("report"), hidden(` ${run.set_name}`)),
      make("a", { href: `/label?${new URLSearchParams({ run: run.id })}` },
        word("labelClaims"), hidden(` ${run.set_name}`)));
  }
  if (UNDER_WAY.has(run.state)) parts.push(action(run, "cancelRun", cancelRun));
  if (UNFINISHED.has(run.state) && run.total) parts.push(action(run, "resumeRun", resumeRun));
  return make("p", { class: "run-tools" }, ...parts);
}

function action(run, name, work) {
  const button = make("button", { type: "button", class: "quiet boxed", "data-key": `${name} ${run.id}` },
    word(name), hidden(` ${run.set_name}`));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const told = await tried(() => work(run.id));
    if (told && told.state === "running" && name === "cancelRun") {
      button.textContent = word("cancelling");
    } else {
      await refresh();
    }
  });
  return button;
}

// side by side

function choose(id, wanted) {
  chosen = wanted ? [...chosen, id].slice(0, MOST_CHOSEN) : chosen.filter((one) => one !== id);
  const address = chosen.length ? `?${new URLSearchParams({ runs: chosen.join(",") })}` : "";
  history.replaceState(null, "", `/evals${address}`);
  draw();
  compareChosen();
}

async function compareChosen() {
  const [first, ...others] = chosen;
  for (const id of others) {
    const key = `${first} ${id}`;
    if (comparisons.has(key)) continue;
    comparisons.set(key, undefined);
    try {
      comparisons.set(key, await compareRuns(id, first));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      comparisons.set(key, null);
    }
    draw();
  }
}

// starting

async function start(file) {
  say(() => make("p", { class: "hint" }, word("starting", file.name)));
  const told = await tried(async () => startRun(await file.text(), file.name.replace(/\.\w+$/, "").slice(0, 100) || "set"));
  if (!told) return;
  say(() => make("p", { class: "hint" }, word("started", told.set_name)));
  await refresh();
}

byId("choose").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) start(file);
  event.target.value = "";
});
byId("language").addEventListener("click", () => {
  switchLanguage();
  drawLanguage();
  refresh(); // why a run failed is said by the server
});

function drawLanguage() {
  fillWords();
  byId("language").textContent = word("languageMark");
  byId("language").setAttribute("aria-label", word("language"));
  tell();
  draw();
}

drawLanguage();
refresh().then(compareChosen);
