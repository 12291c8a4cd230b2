import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, createLogger } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clone, compiler, install, type Packed, pack, run, STOPPED } from './packed.ts'

describe('the package that npm run package makes', () => {
  let folder: string
  let project: string
  let packed: Packed
  let unreachable: string | undefined

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-package-'))
    project = join(folder, 'project')
    packed = pack(await clone(folder))
    await cp(fileURLToPath(new URL('project', import.meta.url)), project, { recursive: true })
    // Under its own name it would be compiled with the tests.
    await rename(join(project, 'program.ts.txt'), join(project, 'program.ts'))
    ;({ unreachable } = install(packed.file, project))
    if (unreachable) console.log(`skipped: using the package, since ${unreachable}`)
  }, 300_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds the compiled library with its types and the command, and nothing else', () => {
    const others = packed.paths.filter((path) => !/^dist\/.*(\.js|\.d\.ts)$/.test(path))
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/latentlab.js',
      'package.json',
    ])
    expect(packed.paths).toEqual(
      expect.arrayContaining([
        'dist/entries/node.js',
        'dist/entries/node.d.ts',
        'dist/entries/browser.js',
        'dist/entries/browser.d.ts',
        'dist/entries/graph.js',
        'dist/entries/metrics.js',
        'dist/entries/models.js',
        'dist/entries/nn.js',
        'dist/runtime/node-worker.js',
        'dist/runtime/web-worker.js',
        'dist/cli/main.js',
      ]),
    )
    expect(packed.paths.filter((path) => /(^|[/.])(test|tests|bench)([/.]|$)/.test(path))).toEqual(
      [],
    )
  })

  it('is not made by npm pack alone, not even of what was compiled for it', () => {
    const ran = run('npm', ['pack', '--pack-destination', project], join(folder, 'checkout'))
    expect(ran.status).toBe(254)
    expect(ran.output).toMatch(STOPPED)
  })

  it('holds the declarations that public ones lead to, and a program without their comments', async () => {
    expect(packed.paths).toContain('dist/app/library/node.d.ts')
    expect(packed.paths).not.toContain('dist/cli/main.d.ts')
    const checkout = join(folder, 'checkout')
    for (const path of packed.paths.filter((name) => /^dist\/.*\.js$/.test(name)))
      expect(await readFile(join(checkout, path), 'utf8')).not.toMatch(/^\s*(\/\*\*|\/\/)/m)
    expect(await readFile(join(checkout, 'dist', 'entries', 'node.d.ts'), 'utf8')).toContain('from')
    expect(await readFile(join(checkout, 'dist', 'app', 'library', 'node.d.ts'), 'utf8')).toContain(
      '/**',
    )
  })

  it('holds the program and nothing else: at most 700 kB to download, 2.5 MB unpacked', () => {
    expect(packed.bytes).toBeLessThan(700_000)
    expect(packed.unpackedBytes).toBeLessThan(2_500_000)
  })

  it('compiles strictly in a TypeScript project, declarations checked, and trains there', (context) => {
    if (unreachable) context.skip(unreachable)
    const compiled = run(process.execPath, [compiler, '-p', '.'], project)
    expect(compiled.output.trim()).toBe('')
    expect(compiled.status).toBe(0)
    const ran = run(process.execPath, ['out/program.js'], project)
    expect(ran.status, ran.output).toBe(0)
    expect(JSON.parse(ran.stdout)).toEqual({
      reason: 'finished',
      refused: true,
      epoch: 2,
      falls: true,
      codes: [2, 2],
      manifold: [9, 6],
      examples: 12,
    })
  })

  it('trains the model of docs/adding-a-model.md, word for word as it stands there', async (context) => {
    if (unreachable) context.skip(unreachable)
    const guide = await readFile(join(folder, 'checkout', 'docs', 'adding-a-model.md'), 'utf8')
    const blocks = [...guide.matchAll(/^```ts\n(\/\/ ([\w-]+)\.ts\n.*?)^```$/gms)]
    expect(blocks.map(([, , name]) => name)).toEqual(['capacity-vae', 'program'])
    const mine = join(project, 'mine')
    await mkdir(mine)
    for (const [, text, name] of blocks) await writeFile(join(mine, `${name}.ts`), text!)
    await cp(join(project, 'tsconfig.json'), join(mine, 'tsconfig.json'))
    const compiled = run(process.execPath, [compiler, '-p', '.'], mine)
    expect(compiled.output.trim()).toBe('')
    const ran = run(process.execPath, ['out/program.js'], mine)
    expect(ran.status, ran.output).toBe(0)
    const [, nats] = /^KL: ([\d.]+) nats$/m.exec(ran.stdout) ?? []
    expect(Number(nats)).toBeGreaterThan(3)
    expect(Number(nats)).toBeLessThan(5)
    expect(ran.stdout).toMatch(/shape: \[ 3, 8 \]/)
  })

  it('answers as a command', (context) => {
    if (unreachable) context.skip(unreachable)
    const ran = run(
      join(project, 'node_modules', '.bin', 'latentlab'),
      ['models', '--json'],
      project,
    )
    expect(ran.status, ran.output).toBe(0)
    expect(ran.stdout).toContain('"vae"')
  })

  it('bundles for the browser without configuration: a page, a worker, the WebAssembly', async (context) => {
    if (unreachable) context.skip(unreachable)
    const warnings: string[] = []
    const logger = createLogger('silent')
    logger.warn = (text) => warnings.push(text)
    const root = join(project, 'web')
    const built = await build({ root, configFile: false, logLevel: 'silent', customLogger: logger })
    const output = Array.isArray(built)
      ? built.flatMap((b) => b.output)
      : 'output' in built
        ? built.output
        : []
    const names = output.map(({ fileName }) => fileName.replace(/-[\w-]{8}\./, '.')).sort()
    expect(names).toEqual([
      'assets/index.js',
      'assets/ort-wasm-simd-threaded.wasm',
      'assets/web-worker.js',
      'index.html',
    ])
    // "Module … has been externalized for browser compatibility" is how Vite reports a part of Node.
    expect(warnings.filter((text) => text.includes('externalized'))).toEqual([])
  })
})
