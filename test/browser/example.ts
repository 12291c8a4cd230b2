import { readFileSync } from 'node:fs'

const guide = readFileSync(new URL('../../docs/browser.md', import.meta.url), 'utf8')

/** The programs of docs/browser.md, by the names that they begin with: `src/main.ts`. */
export const browserExamples: Readonly<Record<string, string>> = Object.fromEntries(
  [...guide.matchAll(/^```ts\n\/\/ (src\/\w+\.ts)\n(.*?)^```$/gms)].map(([, name, text]) => [
    name!,
    text!,
  ]),
)
