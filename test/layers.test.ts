import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** From the ground up: a layer may import from itself and from those before it. */
const layers = [
  'config',
  'tensor',
  'graph',
  'runtime',
  'distributions',
  'nn',
  'models',
  'data',
  'train',
  'evaluate',
  'answers',
  'explore',
  'report',
  'package',
  'reproduce',
  'app',
  'server',
  'cli',
  'entries',
]

const pure = ['config', 'tensor', 'graph', 'distributions', 'nn', 'models', 'answers']

const root = resolve(import.meta.dirname, '../src')

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1]!,
  )

const layerOf = (file: string) => relative(root, file).split(/[\\/]/)[0]!

/** Imports of one source file from another: [importing file, imported file]. */
const edges = files.flatMap((file) =>
  importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => [file, resolve(dirname(file), path)] as const),
)

describe('the layers', () => {
  it('are all the folders that there are', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    expect(folders.map((entry) => entry.name).sort()).toEqual([...layers].sort())
  })

  it('import only from themselves and from lower ones', () => {
    const wrong = edges.filter(([from, to]) => {
      return layers.indexOf(layerOf(to)) > layers.indexOf(layerOf(from))
    })
    expect(
      wrong.map(([from, to]) => `${relative(root, from)} imports ${relative(root, to)}`),
    ).toEqual([])
    expect(edges.length).toBeGreaterThan(100)
  })

  it('have no cyclic imports except between tensors and the op table', () => {
    const importedBy = (file: string) => edges.flatMap(([from, to]) => (from === file ? [to] : []))
    const imports = new Map(files.map((file) => [file, importedBy(file)]))
    const isInCycle = (file: string): boolean => {
      const reached = new Set<string>()
      const stack = [...imports.get(file)!]
      while (stack.length > 0) {
        const next = stack.pop()!
        if (next === file) return true
        if (!reached.has(next)) stack.push(...(imports.get(next) ?? []))
        reached.add(next)
      }
      return false
    }
    const known = /^graph\/(ops\/\w+|layout|rule|tensor)\.ts$/
    const cyclic = files.filter(isInCycle).map((file) => relative(root, file).replaceAll('\\', '/'))
    expect(cyclic).toContain('graph/ops/table.ts')
    expect(cyclic.filter((file) => !known.test(file))).toEqual([])
  })

  it('are pure up to the models, and in answers: nothing of Node, no clock, no global randomness', () => {
    const impure = files
      .filter((file) => pure.includes(layerOf(file)))
      .filter(
        (file) =>
          importsOf(file).some(
            (path) => path.startsWith('node:') || path.startsWith('onnxruntime'),
          ) || /Math\.random|Date\.now|performance\.now|process\./.test(readFileSync(file, 'utf8')),
      )
    expect(impure.map((file) => relative(root, file))).toEqual([])
  })

  it('read a package in a page as in Node: only its folder needs Node', () => {
    const needing = files
      .filter((file) => layerOf(file) === 'package')
      .filter((file) => importsOf(file).some((path) => path.startsWith('node:')))
    expect(needing.map((file) => relative(root, file))).toEqual([join('package', 'folder.ts')])
  })

  it('use onnxruntime-node only behind what switches its telemetry off', () => {
    const users = files.filter((file) => importsOf(file).includes('onnxruntime-node'))
    expect(users.map((file) => relative(root, file))).toEqual(['runtime/node-engine.ts'])
    for (const file of [...users, join(root, 'runtime/node.ts')])
      expect(readFileSync(file, 'utf8'), file).toMatch(/^import '\.\/node-silence\.ts'$/m)
  })

  it('are entered by the public entries alone, which no other file imports', () => {
    expect(files.filter((file) => dirname(file) === root)).toEqual([])
    const entries = files.filter((file) => layerOf(file) === 'entries')
    expect(entries.map((file) => basename(file, '.ts')).sort()).toEqual(
      ['browser', 'graph', 'metrics', 'models', 'nn', 'node', 'shared'].sort(),
    )
    const from = edges.filter(([, to]) => layerOf(to) === 'entries').map(([file]) => layerOf(file))
    expect(new Set(from)).toEqual(new Set(['entries']))
  })
})
