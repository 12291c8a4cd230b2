import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { browserExamples } from '../browser/example.ts'
import { compiledUrl } from '../compiled.ts'
import { compiler, run } from './packed.ts'

/** All declarations that an entry leads to, with the packages that they import. */
function declarations(entry: string) {
  const files = new Map<string, string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    const text = readFileSync(file, 'utf8')
    files.set(file, text)
    for (const [, path] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      if (path!.startsWith('.')) visit(resolve(dirname(file), path!.replace(/\.(js|ts)$/, '.d.ts')))
      else packages.add(path!)
    }
  }
  visit(fileURLToPath(compiledUrl(`entries/${entry}.d.ts`)))
  return { files, packages }
}

// onnx-buf and its own dependency do not: their declarations need TypeScript 5.7.
it.each(['node', 'browser', 'graph', 'nn', 'models', 'metrics'])(
  'the declarations of %s are read by TypeScript 5.4 without skipLibCheck',
  (entry) => {
    const { files, packages } = declarations(entry)
    expect(files.size).toBeGreaterThan(5)
    const generic = [...files].filter(([, text]) => /\b\w+\dArray<|\bDataView</.test(text))
    expect(generic.map(([file]) => file)).toEqual([])
    expect([...packages].filter((name) => !name.startsWith('zod'))).toEqual([])
  },
)

it('the examples of docs/browser.md compile as they stand, with the options of a new Vite project', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-vite-'))
  expect(Object.keys(browserExamples)).toEqual(['src/main.ts', 'src/control.ts'])
  for (const [name, text] of Object.entries(browserExamples))
    writeFileSync(join(folder, basename(name)), text)
  const entry = fileURLToPath(compiledUrl('entries/browser.d.ts'))
  const compilerOptions = {
    target: 'es2023',
    module: 'esnext',
    lib: ['ES2023', 'DOM'],
    types: [],
    skipLibCheck: true,
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    moduleDetection: 'force',
    noEmit: true,
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    paths: { 'latentlab/browser': [entry] },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const { output, status } = run(process.execPath, [compiler, '-p', '.'], folder)
  rmSync(folder, { recursive: true })
  expect(output.trim()).toBe('')
  expect(status).toBe(0)
}, 60_000)
