/**
 * The report's style sheet. `--paper` and `--ink` are what SVG figures are drawn with too: their text and
 * axes are `currentColor`, and outlines that set text off from dots are `--paper`.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fffefb; --ink: #1f2023; --quiet: #63656b; --rule: #dddad2; --inset: #f6f4ee; --link: #1f5fa8;
  --train: #1f66b3; --validation: #a84c0c; --shade: rgb(31 32 35 / 0.28);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e2dc; --quiet: #a2a19b; --rule: #34373c; --inset: #1e2125; --link: #8ab8ee;
    --train: #6aaef0; --validation: #f0955a; --shade: rgb(0 0 0 / 0.75);
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  max-width: 60rem; margin: 0 auto; padding: 3.5rem 1rem 5rem;
  color: var(--ink); background: var(--paper);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
}
h1 { margin: 0; font-size: 2.25rem; line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; text-wrap: balance; }
.subtitle { margin: 0.6rem 0 0; font-size: 1.1rem; color: var(--quiet); max-width: 46rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 0.2em; }
nav { margin-top: 2.25rem; padding: 0.8rem 0; border-block: 1px solid var(--rule); font-size: 0.9rem; }
nav ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.6rem; }
section { margin-top: 3.25rem; }
h2 { margin: 0 0 0.5rem; font-size: 1.3rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.5rem; font-size: 1.1rem; line-height: 1.3; font-weight: 650; }
section > p { margin: 0 0 1.25rem; max-width: 42rem; }
h1, .subtitle, p, li, figcaption, caption, th, td, dd { overflow-wrap: break-word; }
.figures { display: flex; flex-wrap: wrap; gap: 2rem 2.5rem; align-items: flex-start; margin-top: 1.25rem; }
figure {
  margin: 0; min-width: min(22rem, 100vw - 2rem); max-width: 100%;
  display: grid; grid-template-columns: minmax(0, auto); justify-items: start;
}
figure img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; outline: 1px solid var(--rule); }
figcaption {
  width: 0; min-width: min(100%, 36rem);
  margin-top: 0.6rem; font-size: 0.875rem; line-height: 1.45; color: var(--quiet);
}
.compact { gap: 1.5rem 2rem; }
.compact figure { min-width: 0; }
.compact figure img { image-rendering: pixelated; }
.compact figcaption { min-width: 100%; }
/* The shadow at an edge is hidden by a patch that scrolls with the content, and so shows where there is more. */
.wide {
  max-width: 100%; overflow-x: auto;
  background:
    linear-gradient(to right, var(--paper) 30%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 30%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
}
.wide::-webkit-scrollbar { height: 9px; }
.wide::-webkit-scrollbar-thumb { background: var(--quiet); border-radius: 5px; border: 2px solid var(--paper); }
.plot { max-width: 100%; }
.plot-title { margin: 0 0 0.4rem; font-size: 0.875rem; line-height: 1.4; color: var(--quiet); }
.plot-title b { color: var(--ink); font-weight: 600; }
.panels { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem 0.8rem; }
.panels svg { display: block; max-width: 100%; height: auto; }
.plot text.train { fill: var(--train); }
.plot text.validation { fill: var(--validation); }
.key { list-style: none; margin: 0.6rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.85rem; }
.key svg { margin-right: 0.35rem; vertical-align: -0.1em; }
.key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
.key-figures > div { padding: 0.9rem 1.1rem 1rem; background: var(--inset); border-radius: 4px; }
.key-figures dt { font-size: 0.875rem; color: var(--quiet); }
.key-figures dd { margin: 0; font-size: 0.9rem; line-height: 1.45; }
.key-figures dd + dd { margin-top: 0.35rem; }
.key-figures b { font-size: 1.6rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.remarks { margin: 0 0 1.25rem; padding-left: 1.2rem; max-width: 46rem; }
.remarks li + li { margin-top: 0.4rem; }
code { padding: 0.1em 0.3em; background: var(--inset); border-radius: 3px; font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; display: inline-block; max-width: 100%; }
.wide:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.wide > svg { display: block; max-width: 100%; height: auto; color: var(--ink); }
table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; }
caption { caption-side: top; text-align: left; padding-bottom: 0.6rem; color: var(--quiet); }
/* As wide as a paragraph, and without a part in the width of the table. */
caption span { display: block; --width: min(42rem, 100vw - 2rem); width: var(--width); margin-right: calc(-1 * var(--width)); }
th { font-weight: 600; color: var(--quiet); text-align: left; vertical-align: bottom; }
th, td { padding: 0.35rem 1.75rem 0.35rem 0; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 1px solid var(--ink); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
tbody th { min-width: 7rem; font-weight: inherit; color: inherit; vertical-align: baseline; }
.records tbody > tr > *, .records small { overflow-wrap: anywhere; }
td small, th small { display: block; font-size: 0.92em; font-weight: 400; color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.unbroken { white-space: nowrap; }
.footnotes { margin: 0.8rem 0 0; padding-left: 1.2rem; font-size: 0.85rem; color: var(--quiet); max-width: 42rem; }
pre {
  margin: 1.25rem 0 0; padding: 1rem 1.15rem; tab-size: 2; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--inset); border-radius: 4px;
  font: 0.8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
@media (max-width: 40rem) {
  body { padding-top: 2rem; }
  h1 { font-size: 1.75rem; }
  section { margin-top: 2.5rem; }
  figure img { image-rendering: auto; }
  th, td { padding-right: 1.1rem; }
  /* Plots that shrink to less than their width. */
  .panels svg.large text { font-size: 16px; }
  .panels svg.large text[font-weight] { font-size: 19px; }
  caption span { position: sticky; left: 0; }
}
@media screen and (max-width: 40rem) {
  table:not(.records) tbody th, table:not(.records) thead th:first-child {
    position: sticky; left: 0; min-width: 8.5rem; max-width: 40vw; background: var(--paper);
  }
  .records, .records caption, .records tbody, .records tr, .records tr > * { display: block; }
  .records thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .records tr { padding: 0.6rem 0; border-top: 1px solid var(--rule); }
  .records tbody tr > * { padding: 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .records tbody th { font-weight: 600; }
  .records td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.75rem; }
  .records td::before { content: attr(data-title); color: var(--quiet); }
  .records td:empty { display: none; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --quiet: #444; --rule: #ccc; --inset: #f4f4f4; --link: #000;
    --train: #1f66b3; --validation: #a84c0c;
  }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  figure, tr, .key-figures > div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { overflow: visible; background: none; }
  table { font-size: 0.7rem; }
  th, td { padding-right: 0.6rem; overflow-wrap: anywhere; }
  .number { white-space: normal; }
}
`
