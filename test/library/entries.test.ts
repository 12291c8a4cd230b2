import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

it('importing the library loads neither plots, nor Parquet, nor pictures: those wait until they are used', () => {
  const { files, packages } = loadedBy('src/entries/node.ts')
  expect(files.size).toBeGreaterThan(100)
  // `encodePng` and `openRuntime` are exported as they are; zod and ml-matrix are in every model.
  expect([...packages].sort()).toEqual([
    ...['@bufbuild/protobuf', 'fast-png', 'fflate', 'ml-matrix', 'onnx-buf', 'zod'],
  ])
})

/** The files of this project and the packages that an entry imports, without what is imported dynamically. */
function loadedBy(entry: string) {
  const files = new Set<string>()
  const packages = new Set<string>()
  const waiting = [entry]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    for (const [, from = ''] of sourceText(file).matchAll(
      /^(?:import|export) (?!type )(?:[^'"]*? from )?'([^']+)'/gm,
    )) {
      if (from.startsWith('.')) waiting.push(join(dirname(file), from))
      else if (!from.startsWith('node:')) packages.add(from)
    }
  }
  return { files, packages }
}
