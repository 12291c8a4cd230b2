import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../compiled.ts'

const source = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

/** Modules that a file imports when it runs: types are gone by then. */
function imported(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  return [...statements].map((match) => (match[1] ?? match[2] ?? match[3])!)
}

/** All packages and files that a file needs, directly or not. */
function reachable(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    for (const name of imported(file)) {
      if (name.startsWith('.')) visit(fileURLToPath(new URL(name, `file://${file}`)))
      else packages.add(name)
    }
  }
  visit(entry)
  return { files, packages }
}

describe('what the browser loads', () => {
  const others = ['graph', 'nn', 'models', 'metrics'].map((entry) => `entries/${entry}.ts`)
  const workers = ['web-worker', 'webgpu-worker'].map((name) => `runtime/${name}.ts`)
  it.each(['entries/browser.ts', ...others, ...workers])('%s needs nothing of Node', (entry) => {
    const { files, packages } = reachable(source(entry))
    expect([...packages].filter((name) => name.startsWith('node:'))).toEqual([])
    expect([...packages].filter((name) => name.startsWith('onnxruntime-node'))).toEqual([])
    expect(files.size).toBeGreaterThan(5)
  })

  it('finds what is there: the entry of Node does need it', () => {
    const { packages } = reachable(source('entries/node.ts'))
    expect([...packages]).toEqual(expect.arrayContaining(['node:fs/promises', 'node:crypto']))
  })

  it('loads the runtime in its worker alone', () => {
    expect([...reachable(source('entries/browser.ts')).packages].sort()).toEqual([
      '@bufbuild/protobuf',
      'fast-png',
      'fflate',
      'fzstd',
      'hyparquet-compressors/src/brotli.js',
      'hyparquet-compressors/src/gzip.js',
      'hyparquet-compressors/src/lz4.js',
      'hyparquet/src/column.js',
      'hyparquet/src/convert.js',
      'hyparquet/src/datapage.js',
      'hyparquet/src/metadata.js',
      'hyparquet/src/plain.js',
      'hyparquet/src/schema.js',
      'hyparquet/src/snappy.js',
      'hysnappy',
      'ml-matrix',
      'onnx-buf',
      'papaparse',
      'zod',
    ])
  })

  it('has a worker that runs graphs and does not write them', () => {
    expect([...reachable(source('runtime/web-worker.ts')).packages]).toEqual([
      'onnxruntime-web/wasm',
    ])
  })

  it('has a worker for WebGPU without ONNX Runtime', () => {
    // The table of ops knows how each is written as ONNX.
    const { packages } = reachable(source('runtime/webgpu-worker.ts'))
    expect([...packages].sort()).toEqual(['@bufbuild/protobuf', 'onnx-buf'])
  })
})

describe('what a bundler leaves out', () => {
  /** The modules that are in the bundle of a program. */
  async function bundled(program: string): Promise<string[]> {
    const entry = fileURLToPath(compiledUrl('entries/browser.js'))
    const { output } = (await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { 'latentlab/browser': entry } },
      plugins: [
        {
          name: 'program',
          resolveId: (id) => (id === 'program' ? id : null),
          load: (id) => (id === 'program' ? program : null),
        },
      ],
      build: { write: false, rolldownOptions: { input: 'program' } },
    })) as Rolldown.RolldownOutput
    return output.flatMap((chunk) =>
      chunk.type === 'chunk' ? chunk.moduleIds.filter((id) => id !== 'program') : [],
    )
  }

  it('is all that a program does not use', async () => {
    const modules = await bundled(
      `import { hostTensor } from 'latentlab/browser'; console.log(hostTensor('float32', [1], [1]))`,
    )
    expect(
      modules.filter((id) => id.includes('/dist/')).map((id) => id.split('/dist/')[1]),
    ).toEqual(['tensor/described.js', 'tensor/host.js'])
    expect(modules.filter((id) => id.includes('node_modules'))).toEqual([])
  })

  it('is no module that is imported for what it does, and no program that is started by its path', () => {
    const { sideEffects } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    ) as { sideEffects: string[] }
    const kept = sideEffects.map((path) => new RegExp(`^${path.replaceAll('*', '[^/]*')}$`))
    const folder = source('')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replaceAll('\\', '/'))
    const forItsEffect = files.flatMap((name) =>
      [...readFileSync(`${folder}${name}`, 'utf8').matchAll(/^import '(\..*)\.ts'/gm)].map(
        ([, path]) => join(dirname(name), path!),
      ),
    )
    const started = files.filter((name) => /(^|\/)main\.ts$|-worker\.ts$/.test(name))
    const needed = [...forItsEffect, ...started.map((name) => name.replace(/\.ts$/, ''))]
    expect(needed.length).toBeGreaterThan(3)
    for (const name of needed)
      expect(
        kept.some((path) => path.test(`./dist/${name}.js`)),
        name,
      ).toBe(true)
  })
})
