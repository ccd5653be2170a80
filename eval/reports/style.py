"""The style sheet of a report: light and dark, wide and narrow, on screen and on paper."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f7f4ee; --sheet: #fffdf9; --ink: #23201c; --soft: #5f584f; --line: #ddd5c8;
  --seal: #9c3025; --second: #1f5f8b; --lit: #fbe9b0; --good: #23603f; --bad: #a3271d;
  --wash: #efe9de;
  --serif: "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", STSong, SimSun, serif;
  --sans: system-ui, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #181614; --sheet: #211e1b; --ink: #ece6dc; --soft: #b3a99c; --line: #3f3933;
    --seal: #e58a78; --second: #7fb8e0; --lit: #5d4a16; --good: #83c5a0; --bad: #f0907f;
    --wash: #2b2723;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans);
  overflow-wrap: anywhere; }
[lang=en] { color: var(--soft); font-size: .9em; }
h1, h2, h3 { font-family: var(--serif); line-height: 1.3; margin: 0; }
h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); }
h2 { font-size: 1.35rem; margin: 0 0 .8rem; }
h3 { font-size: 1.08rem; margin: 1.6rem 0 .6rem; }
h3.part { font: 600 .95rem/1.4 var(--sans); margin: 1.2rem 0 .4rem; }
p, ul, ol, dl, dd, figure, blockquote { margin: 0 0 .7rem; padding: 0; }
ul, ol { padding-left: 1.3rem; }
a { color: var(--seal); }
code { font: .85em/1.4 ui-monospace, Consolas, monospace; color: var(--soft); }
small { display: block; color: var(--soft); font-size: .87em; }
abbr { text-decoration: none; cursor: help; }
:focus-visible { outline: 3px solid var(--seal); outline-offset: 2px; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem;
  background: var(--sheet); z-index: 2; }
.skip:focus { top: .5rem; }
body > header, main, body > footer, nav { max-width: 76rem; margin: 0 auto;
  padding: 0 clamp(.9rem, 4vw, 2.5rem); }
body > header { padding-top: 2rem; }
body > footer { padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0;
  margin: 1rem 0; }
nav a { display: inline-block; padding: .25rem 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: .7rem;
  padding: clamp(.9rem, 3vw, 1.6rem); margin: 0 0 1.4rem; }

dl div { display: flex; gap: 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
dl div:last-child { border: 0; }
dt { flex: 0 0 11rem; color: var(--soft); }
dd { flex: 1; margin: 0; min-width: 0; }
.lede { display: flex; flex-wrap: wrap; gap: .5rem 2rem; list-style: none; padding: 0;
  margin: 1rem 0 0; }
.lede b { display: block; font: 600 1.5rem/1.2 var(--serif); font-variant-numeric: tabular-nums; }
.notice { border-left: .3rem solid var(--seal); background: var(--wash); padding: .6rem .9rem;
  border-radius: .3rem; }

.scroll { overflow-x: auto; margin: 0 0 .8rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: .92rem; }
caption { text-align: left; color: var(--soft); font-size: .9rem; padding: 0 0 .5rem;
  min-width: 16rem; }
caption span:first-child { display: inline-block; position: sticky; left: 0;
  max-width: min(100%, calc(100vw - 5rem)); }
caption span:first-child span { display: inline; position: static; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); }
th { font-weight: 400; }
thead th { color: var(--soft); border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th[scope=rowgroup] { font: 600 1rem/1.4 var(--serif); padding-top: 1.1rem; }
.figures tbody th[scope=row] { min-width: 11rem; }
table:not(.figures) :is(th, td:last-child) { min-width: 5.5rem; overflow-wrap: normal; }
.figures td, .figures thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.figures thead th [lang=en], .figures td [lang=en] { display: block; }
.figures td .better [lang=en], .figures td .worse [lang=en], .figures td .same [lang=en],
.figures td small [lang=en] { display: inline; }
.figures.compact thead th:not(:first-child) { white-space: normal; min-width: 6rem; }
.compact thead th { overflow-wrap: normal; }
.compact small { display: inline; }
.compact div { font-size: .88em; white-space: normal; line-height: 1.35; }
.better { color: var(--good); font-weight: 600; }
.worse { color: var(--bad); font-weight: 600; }
.better [lang=en], .worse [lang=en], .same [lang=en] { color: inherit; }
.doubtful { font-weight: 400; color: var(--ink); }
.same { color: var(--soft); }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  gap: 1.6rem 2.2rem; }
.chart { margin: 0; min-width: 0; }
.chart figcaption { font-weight: 600; margin: 0 0 .4rem; }
.chart > svg { width: 100%; height: auto; display: block; overflow: visible; }
.chart text { fill: currentColor; font: 12px var(--sans); paint-order: stroke;
  stroke: var(--sheet); stroke-width: 3px; stroke-linejoin: round; }
.chart .tick { fill: var(--soft); font-size: 11px; }
.told, .none { color: var(--soft); font-size: .85rem; margin: .4rem 0 0; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; padding: 0;
  margin: .3rem 0 0; font-size: .85rem; }
.swatch { width: 28px; height: 10px; margin-right: .35rem; }
.axis { fill: none; stroke: currentColor; }
.grid { fill: none; stroke: var(--line); }
.guide { stroke: var(--soft); stroke-dasharray: 2 4; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.line.one, .dot.one { stroke: var(--seal); }
.line.two, .dot.two { stroke: var(--second); }
.dot.one, .bar.one { fill: var(--seal); }
.dot.two, .bar.two { fill: var(--second); }
.bar.one { opacity: .75; }
.line.baseline { stroke-dasharray: 6 4; opacity: .65; }
.dot.baseline { fill: var(--sheet); opacity: .8; }
.track { fill: var(--line); opacity: .6; }

details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .65rem 0; }
summary .wrong { display: block; color: var(--bad); font-size: .88rem; margin-left: 1.05rem; }
details > div { padding: 0 0 1rem 1.05rem; }
.tag { display: inline-block; background: var(--wash); border-radius: .3rem; padding: 0 .45rem;
  font-size: .82rem; color: var(--soft); }
.said { white-space: pre-wrap; border-left: .25rem solid var(--line); padding-left: .9rem; }
sup { line-height: 0; }
.said sup a { padding: 0 .15rem; text-decoration: none; font-weight: 600; }
.cited li { margin-bottom: .9rem; }
.cited blockquote { white-space: pre-wrap; margin: .3rem 0; padding: .5rem .8rem;
  background: var(--wash); border-radius: .3rem; color: var(--soft); }
.cited p { margin: 0; }
mark { background: var(--lit); color: var(--ink); padding: .05em 0; }
.hits { columns: 20rem; font-size: .9rem; }
.judged { list-style: none; padding: 0; }
.judged > li { padding: .4rem 0; border-top: 1px dotted var(--line); }

@media (max-width: 40rem) {
  dl div { flex-direction: column; gap: 0; }
  dt { flex: none; }
  details > div { padding-left: 0; }
  summary .wrong { margin-left: 0; }
  th, td { padding: .3rem .4rem; }
  .chart text, .chart .tick { font-size: 14px; }
  .figures th code { display: none; }
  .figures:not(.compact) td small [lang=en] { display: block; }
  .figures tbody th[scope=row] { position: sticky; left: 0; background: var(--sheet);
    min-width: 8rem; max-width: 10rem; }
}
@media print {
  :root { --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --wash: #f3f3f3;
    --seal: #8c2a20; --second: #1f5f8b; --lit: #ffeaa0; --good: #23603f; --bad: #a3271d; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  section { border: 0; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  tr, .chart, blockquote, summary { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
}
"""
