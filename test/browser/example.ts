import { readFileSync } from 'node:fs'

const guide = readFileSync(new URL('../../docs/browser.md', import.meta.url), 'utf8')

/** The program `src/main.ts` of docs/browser.md. */
export const browserExample = /^```ts\n(\/\/ src\/main\.ts\n.*?)^```$/ms.exec(guide)![1]!
