import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { requireCompiled } from '../compiled.ts'
import { browserExamples } from './example.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The examples of the guide, as the scripts of the pages `guide.html` and `control.html`. */
const example: Plugin = {
  name: 'example',
  enforce: 'pre',
  resolveId: (id) => (Object.hasOwn(browserExamples, id.slice(1)) ? id : null),
  load: (id) => browserExamples[id.slice(1)] ?? null,
}

const pages = ['index.html', 'guide.html', 'control.html']

/** Builds pages that use the compiled library, as a user's project would. */
export async function buildPage(folder: string, names: readonly string[] = pages): Promise<void> {
  requireCompiled()
  await build({
    root: fromHere('page'),
    configFile: false,
    logLevel: 'error',
    plugins: [example],
    resolve: {
      alias: {
        'latentlab-dist': fromHere('../../dist'),
        'latentlab/graph': fromHere('../../dist/entries/graph.js'),
        'latentlab/models': fromHere('../../dist/entries/models.js'),
        'latentlab/browser': fromHere('../../dist/entries/browser.js'),
        latentlab: fromHere('../../dist/entries/browser.js'),
      },
    },
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: names.map((name) => fromHere(`page/${name}`)),
      },
    },
  })
}

export interface Site {
  readonly url: string
  close(): Promise<void>
}

/** Serves a folder on localhost, cross-origin isolated or not. */
export async function serveFolder(folder: string, isolated: boolean): Promise<Site> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = pathname === '/' ? 'index.html' : pathname
    const body = await readFile(join(folder, name)).catch(() => undefined)
    const type = types[extname(name)] ?? 'application/octet-stream'
    const headers = { 'Content-Type': type, ...(isolated ? isolation : {}) }
    // A page asks for its icon unasked.
    if (body) response.writeHead(200, headers).end(body)
    else response.writeHead(name === '/favicon.ico' ? 204 : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
