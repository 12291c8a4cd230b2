import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import type { StudioBuild } from '../../src/server/studio/build.ts'
import type { StudioOptions } from '../../src/server/studio/options.ts'
import { type RunningStudio, serveStudio } from '../../src/server/studio/serve-studio.ts'

/** A page whose files only their types make a page. */
export const pageFiles: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><meta name="latentlab-session" content="browser"><script type="module" src="./assets/index-D4x_-9aB.js"></script>',
  'assets/index-D4x_-9aB.js': 'export const answer = 42',
  'assets/style.css': 'p { color: red }',
  'assets/runtime.wasm': '\0asm',
  'assets/worker.mjs': '',
  'assets/icon.svg': '<svg/>',
  'assets/icon.png': 'png',
  'assets/text.woff2': 'font',
  'example/model.safetensors': 'weights',
  'example/encoder.onnx': 'graph',
  'example/example.json': '{}',
  'manifest.webmanifest': '{}',
}

/**
 * A session that answers a frame with its bytes in reverse, or does what its text says, and writes a line into its folder
 * when it opens and when it has closed.
 */
const session = `
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

const bytes = (text) => new TextEncoder().encode(text)
const soon = (ms) => new Promise((done) => setTimeout(done, ms))

export async function openSession({ folder, send }) {
  const note = (line) => appendFileSync(join(folder, 'sessions.log'), line + '\\n')
  let closing = () => soon(5)
  note('open')
  send(bytes('opening'))
  return {
    async call(frame) {
      const [word, ...rest] = new TextDecoder().decode(frame.subarray(0, 64)).split(' ')
      const [count, size] = rest.map(Number)
      if (word === 'throw') throw new TypeError('secret of row 17')
      if (word === 'send') for (let i = 0; i < count; i++) send(new Uint8Array(size).fill(i))
      if (word === 'wait') await soon(count)
      if (word === 'hang') closing = () => new Promise((done) => setTimeout(done, 20_000).unref())
      if (word === 'fail') closing = () => { throw new TypeError('not saved') }
      if (word === 'where') return bytes(frame.byteOffset + ' of ' + frame.buffer.byteLength)
      return frame.toReversed()
    },
    async close() {
      send(bytes('saved'))
      await closing()
      note('close')
    },
  }
}
`

export interface StudioFolder extends StudioBuild {
  readonly folder: string
  /** Writes a file, and the folders on its path. */
  write(path: string, text: string): string
}

/** A folder with a made-up build and an empty folder for its sessions, removed after the suite. */
export function studioFolder(): StudioFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'latentlab-studio-')))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, text: string): string => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  for (const [name, text] of Object.entries(pageFiles)) write(`page/${name}`, text)
  return {
    folder: dirname(write('folder/sessions.log', '')),
    page: join(root, 'page'),
    session: write('session.mjs', session),
    write,
  }
}

/** The lines that sessions have written. */
export const sessionLog = (folder: string): string[] =>
  readFileSync(join(folder, 'sessions.log'), 'utf8').split('\n').filter(Boolean)

interface Used extends RunningStudio {
  /** What was logged. */
  readonly errors: unknown[]
  /** What its sessions have written. */
  log(): string[]
}

let count = 0

/** A Studio on a free port, with a folder of its own, closed after `use`. */
export async function withStudio<T>(
  { page, session, write }: StudioFolder,
  options: Partial<StudioOptions & StudioBuild>,
  use: (studio: Used) => Promise<T>,
): Promise<T> {
  const folder = dirname(write(`folder-${++count}/sessions.log`, ''))
  const errors: unknown[] = []
  const studio = await serveStudio(
    folder,
    { page, session, ports: [0], ...options },
    { onError: (error) => errors.push(error) },
  )
  try {
    return await use({ ...studio, errors, log: () => sessionLog(folder) })
  } finally {
    await studio.close(0)
  }
}
