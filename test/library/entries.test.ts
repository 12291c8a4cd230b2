import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { exportedNames, sourceText } from './typescript.ts'

const parts = ['graph', 'nn', 'models', 'metrics']
const entries = ['node', 'browser', ...parts]

it('no name is in two entries, but for what Node and the browser have of the same name', () => {
  const names = exportedNames(entries.map((name) => `src/entries/${name}.ts`))
  const [node, browser, ...others] = names as [string[], string[], ...string[][]]
  const all = [...new Set([...node, ...browser]), ...others.flat()]
  expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([])
  expect(all).toEqual(expect.arrayContaining(['train', 'Tensor', 'mlp', 'vae', 'auroc']))
}, 300_000)

it('the package exports each of them', () => {
  const { exports } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { exports: Record<string, unknown> }
  const both = (name: string) => ({
    types: `./dist/entries/${name}.d.ts`,
    default: `./dist/entries/${name}.js`,
  })
  expect(exports).toEqual({
    '.': { browser: both('browser'), ...both('node') },
    './browser': both('browser'),
    ...Object.fromEntries(parts.map((name) => [`./${name}`, both(name)])),
    './package.json': './package.json',
  })
})

it('the README says what each has', () => {
  const rows = sourceText('README.md')
    .split('\n')
    .filter((line) => /^\| `latentlab[`/]/.test(line))
  expect(rows.map((line) => line.split('`')[1])).toEqual([
    'latentlab',
    ...parts.map((part) => `latentlab/${part}`),
    'latentlab/browser',
  ])
})
