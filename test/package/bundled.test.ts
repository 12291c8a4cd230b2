import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireCompiled } from '../compiled.ts'
import { run } from './packed.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const server = `
import { load, openDataSet, train, UserError } from '${join(root, 'dist/entries/node.js')}'
const data = Array.from({ length: 40 }, (_, i) => [(i % 7) / 6, (i % 5) / 4])
const out = process.argv[2]
try {
  await train({ data, hidden: [4], latent: 2, epochs: 1, batch: 8, threads: 1, out })
  const model = await load(out)
  console.log((await model.encode(data)).shape.join())
  await model.close()
  console.log((await openDataSet({ data: 'mnist', validation: 0 })).splits.test.rows.length)
} catch (error) {
  console.log(error instanceof UserError, error.message)
}
`

describe('a server that is bundled into one file', () => {
  let folder: string
  let bundle: string
  beforeAll(async () => {
    requireCompiled()
    folder = await mkdtemp(join(tmpdir(), 'latentlab-server-'))
    await writeFile(join(folder, 'server.js'), server)
    await writeFile(join(folder, 'package.json'), '{ "version": "7.7.7", "type": "module" }')
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: 'server.js', outDir: 'out', rollupOptions: { output: { format: 'es' } } },
    })
    bundle = join(folder, 'out', 'server.js')
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('says what to leave out of the bundle where the package is not installed', () => {
    const ran = run(process.execPath, [bundle, join(folder, 'refused')], folder)
    expect(ran.stdout).toMatch(
      /^true latentlab: this program has been bundled, .* leave the package out of the bundle/,
    )
    expect(ran.status, ran.output).toBe(0)
  })

  it('trains, loads and reads MNIST where it is', async () => {
    await mkdir(join(folder, 'node_modules'))
    await symlink(root, join(folder, 'node_modules', 'latentlab'))
    const ran = run(process.execPath, [bundle, join(folder, 'run')], folder)
    expect(ran.stdout, ran.output).toBe('40,2\n10000\n')
  })
})
