import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** Threads of WebAssembly share memory, which needs these. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/**
 * Serves the page in a folder on this machine alone.
 *
 * @param {string} folder
 * @param {{ isolated?: boolean, files?: Readonly<Record<string, string>> }} [options] whether its page may have
 *   threads; files of other folders, by their paths in the page
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function servedPage(folder, { isolated = false, files = {} } = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url ?? '/', 'http://localhost')
    const path = pathname === '/' ? '/index.html' : decodeURIComponent(pathname)
    const body = await readFile(files[path] ?? join(folder, path)).catch(() => undefined)
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    const headers = { 'Content-Type': type, ...(isolated ? ISOLATION : {}) }
    response.writeHead(body ? 200 : 404, headers).end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://localhost:${port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
