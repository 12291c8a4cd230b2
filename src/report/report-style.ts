/**
 * The report's style sheet. `--paper` and `--ink` are what SVG figures are drawn with too: their text and
 * axes are `currentColor`, and outlines that set text off from dots are `--paper`.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fffefb; --ink: #1f2023; --quiet: #63656b; --rule: #dddad2; --inset: #f6f4ee; --link: #1f5fa8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e2dc; --quiet: #a2a19b; --rule: #34373c; --inset: #1e2125; --link: #8ab8ee;
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
nav { margin-top: 1.75rem; padding: 0.8rem 0; border-block: 1px solid var(--rule); font-size: 0.9rem; }
nav ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.6rem; }
section { margin-top: 3.25rem; }
h2 { margin: 0 0 0.5rem; font-size: 1.3rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.5rem; font-size: 1.1rem; line-height: 1.3; font-weight: 650; }
section > p { margin: 0 0 1.25rem; max-width: 42rem; }
h1, .subtitle, p, figcaption, td { overflow-wrap: break-word; }
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
.wide { max-width: 100%; overflow-x: auto; }
.wide:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.wide > svg { display: block; max-width: 100%; height: auto; color: var(--ink); }
table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; }
caption { caption-side: top; text-align: left; padding-bottom: 0.6rem; color: var(--quiet); }
caption span { display: block; max-width: min(42rem, 100vw - 2rem); }
th { font-weight: 600; color: var(--quiet); text-align: left; vertical-align: bottom; }
th, td { padding: 0.35rem 1.75rem 0.35rem 0; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 1px solid var(--ink); }
tbody tr + tr td { border-top: 1px solid var(--rule); }
.number { text-align: right; font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
.footnotes { margin: 0.8rem 0 0; padding-left: 1.2rem; font-size: 0.85rem; color: var(--quiet); max-width: 42rem; }
pre {
  margin: 1.25rem 0 0; padding: 1rem 1.15rem; overflow: auto; max-height: 32rem; tab-size: 2;
  background: var(--inset); border-radius: 4px;
  font: 0.8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
@media (max-width: 40rem) {
  body { padding-top: 2rem; }
  h1 { font-size: 1.75rem; }
  figure img { image-rendering: auto; }
  th, td { padding-right: 1.1rem; }
}
@media print {
  body { max-width: none; padding: 0; }
  nav { display: none; }
  figure, tr { break-inside: avoid; }
  pre { max-height: none; white-space: pre-wrap; }
}
`
