import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asUserError } from '../../data/disk/files.ts'
import { UserError } from '../../tensor/errors.ts'
import { asHttpError, HttpError } from '../http-error.ts'
import { limitAnnounced, listen } from '../listening.ts'
import type { ServeHooks } from '../serve.ts'
import { answering, type Studio } from './answer.ts'
import { HOW_TO_BUILD, type StudioBuild, studioBuild } from './build.ts'
import { studioHeaders } from './headers.ts'
import { type StudioOptions, studioDefaults } from './options.ts'
import type { SessionModule, SessionOptions, StudioSession } from './session.ts'
import { sessions } from './sessions.ts'

/** A Studio that answers its pages. */
export interface RunningStudio {
  /** `http://127.0.0.1:7290/TOKEN/`: who knows it may use the Studio. */
  readonly address: string
  /** The folder that sessions may use, without symbolic links on its path. */
  readonly folder: string
  /**
   * Closes the sessions, and ends.
   *
   * @returns how many sessions had not closed after `within` milliseconds
   */
  close(within: number): Promise<number>
}

/** Other machines cannot reach it; those of a tunnel come from this one. */
const HOST = '127.0.0.1'

/** Bytes of the token: 128 bits cannot be guessed. */
const TOKEN = 16

/** Connections that are open at once; a browser opens six for a page. */
const CONNECTIONS = 256

/** Milliseconds in which the last answers may still be read. */
const LAST_ANSWERS = 1000

/**
 * Serves the page of the Studio, and carries its frames.
 *
 * @param folder whose files the sessions may read, and where they write
 * @param build another build than that of this package
 * @throws UserError for a folder or a page that is not there, and where no port can be had
 */
export async function serveStudio(
  folder: string,
  given: Partial<StudioOptions & StudioBuild> = {},
  { onError = () => {} }: ServeHooks = {},
): Promise<RunningStudio> {
  const { page, session, ...options } = { ...studioDefaults, ...studioBuild, ...given }
  const root = await folderAt(folder)
  const open = (send: SessionOptions['send']) => openedSession(session, { folder: root, send })
  const studio: Studio = {
    page: await builtPage(page),
    token: randomBytes(TOKEN).toString('base64url'),
    sessions: sessions(open, options, onError),
    options,
  }
  // A frame of gigabytes may take its time to arrive, so only heads have a limit.
  const limits = { headersTimeout: 10_000, requestTimeout: 0 }
  const server = createServer(limits, listener(studio, onError))
  server.maxConnections = CONNECTIONS
  limitAnnounced(server, options.maxFrame)
  const { address, drain } = await listen(server, HOST, options.ports)
  return {
    address: `${address}/${studio.token}/`,
    folder: root,
    async close(within) {
      const left = await studio.sessions.close(within)
      await drain(Math.min(within, LAST_ANSWERS))
      return left
    },
  }
}

async function folderAt(path: string): Promise<string> {
  try {
    const folder = await realpath(path)
    if ((await stat(folder)).isDirectory()) return folder
  } catch (error) {
    throw asUserError(error, 'open', path)
  }
  throw new UserError(`${path}: expected a folder, got a file`)
}

async function builtPage(page: string): Promise<string> {
  if (existsSync(join(page, 'index.html'))) return realpath(page)
  throw new UserError(`${page}: the page of the Studio is not built; ${HOW_TO_BUILD}`)
}

async function openedSession(path: string, options: SessionOptions): Promise<StudioSession> {
  if (!existsSync(path))
    throw new HttpError(503, `the module of the Studio's sessions is not built; ${HOW_TO_BUILD}`)
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as SessionModule
  return module.openSession(options)
}

function listener(studio: Studio, onError: (error: unknown) => void): RequestListener {
  const answer = answering(studio)
  return (incoming, outgoing) => {
    // A page may leave before its answer.
    outgoing.on('error', () => {})
    for (const [name, value] of Object.entries(studioHeaders)) outgoing.setHeader(name, value)
    answer({ incoming, outgoing }).catch((thrown: unknown) => {
      const error = asHttpError(thrown)
      if (error.status === 500) onError(thrown)
      refuse(outgoing, error)
    })
  }
}

function refuse(outgoing: ServerResponse, { status, message, headers }: HttpError): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  const body = JSON.stringify({ error: message })
  outgoing
    .writeHead(status, {
      ...headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body)
}
