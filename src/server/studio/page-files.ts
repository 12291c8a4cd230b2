import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** A file of the page. */
export interface PageFile {
  readonly type: string
  /** Changes with the file. */
  readonly tag: string
  readonly bytes: Uint8Array
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

const INDEX = 'index.html'

/** Names that a build gives its files. Nothing is decoded, so that `%2e%2e` is no name, and neither is `..`. */
const NAME = /^\w[\w.-]*$/

/**
 * A file of the page, by the names on its path; `['']` is the page itself.
 *
 * @param root the page's folder, without symbolic links on its path
 * @returns undefined where there is no such file, or a symbolic link leads out of the folder
 */
export async function pageFile(
  root: string,
  names: readonly string[],
): Promise<PageFile | undefined> {
  const path = names.length === 1 && names[0] === '' ? [INDEX] : names
  if (!path.every((name) => NAME.test(name))) return undefined
  const file = await realpath(join(root, ...path)).catch(() => undefined)
  if (!file?.startsWith(root + sep)) return undefined
  const found = await stat(file)
  if (!found.isFile()) return undefined
  const bytes = await readFile(file)
  return {
    type: types[extname(file).toLowerCase()] ?? 'application/octet-stream',
    tag: `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`,
    bytes: path.join('/') === INDEX ? localPage(bytes) : bytes,
  }
}

/** The mark by which a page knows whether it can train natively, in its two states. */
const [MARK, LOCAL] = ['browser', 'local'].map(
  (kind) => `<meta name="latentlab-session" content="${kind}"`,
) as [string, string]

/** The page as this server sends it: one that trains natively. */
function localPage(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8')
  if (!text.includes(MARK)) throw new Error(`${INDEX} of the Studio lacks ${MARK}>`)
  return Buffer.from(text.replace(MARK, LOCAL))
}
