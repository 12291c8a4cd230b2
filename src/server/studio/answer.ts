import type { IncomingMessage, ServerResponse } from 'node:http'
import { grouped } from '../../tensor/numbers.ts'
import { type BodyReader, bodyReader } from '../body.ts'
import { HttpError } from '../http-error.ts'
import { isSecret } from '../security.ts'
import { requireOwnPage } from './access.ts'
import { frameStream } from './frame-stream.ts'
import { PAGE_POLICY } from './headers.ts'
import type { StudioOptions } from './options.ts'
import { pageFile } from './page-files.ts'
import type { Sessions } from './sessions.ts'

/** What requests are answered from. */
export interface Studio {
  /** The folder of the page, without symbolic links on its path. */
  readonly page: string
  /** The first name on the path of every address. */
  readonly token: string
  readonly sessions: Sessions
  readonly options: StudioOptions
}

/** A request and its answer. */
interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Frames of the largest size that are in memory at once. */
const FRAMES = 2

/** Answers requests; what it throws has no answer yet. */
export function answering(studio: Studio): (exchange: Exchange) => Promise<void> {
  const { page, token, sessions, options } = studio
  const most = options.maxFrame
  const read = bodyReader(most, FRAMES * most)
  return async (exchange) => {
    const { incoming } = exchange
    requireOwnPage((name) => incoming.headers[name] as string | undefined)
    const [path = ''] = (incoming.url ?? '').split('?')
    const [before, given = '', ...names] = path.split('/')
    if (before !== '' || !isSecret(given, token)) throw elsewhere()
    // Relative addresses of the page need the slash.
    if (names.length === 0) return redirect(exchange, `/${token}/`)
    if (names[0] !== 'session') return sendPageFile(exchange, page, names)
    const [, id = '', action, ...rest] = names
    if (rest.length > 0) throw nothing()
    requireId(id)
    if (action === 'call') return answerCall(exchange, id, { read, most, sessions })
    if (action === 'events') return sendEvents(exchange, id, { sessions, options })
    throw nothing()
  }
}

const elsewhere = (): HttpError =>
  new HttpError(
    404,
    'there is nothing at this address; use the one that was printed when the Studio started, as a whole: it is another at each start',
  )

const nothing = (): HttpError => new HttpError(404, 'the Studio has nothing at this address')

function requireId(id: string): void {
  if (!/^[\w-]{8,64}$/.test(id))
    throw new HttpError(400, 'session: expected a name of 8 to 64 letters, digits, - and _')
}

function requireMethod({ incoming: { method = '' } }: Exchange, ...allowed: string[]): void {
  if (allowed.includes(method)) return
  throw new HttpError(405, `${method}: expected ${allowed.join(' or ')} at this address`, {
    Allow: allowed.join(', '),
  })
}

function redirect({ outgoing }: Exchange, address: string): void {
  outgoing.writeHead(308, { Location: address, 'Content-Length': 0 }).end()
}

async function sendPageFile(
  exchange: Exchange,
  root: string,
  names: readonly string[],
): Promise<void> {
  requireMethod(exchange, 'GET', 'HEAD')
  const { incoming, outgoing } = exchange
  const file = await pageFile(root, names)
  if (!file) throw nothing()
  const { tag, type, bytes } = file
  const headers = {
    'Content-Security-Policy': PAGE_POLICY,
    // Asked for again each time: an address does not outlive the server, so no longer cache would be of use.
    'Cache-Control': 'no-cache',
    ETag: tag,
  }
  const known = (incoming.headers['if-none-match'] ?? '').split(',').map((one) => one.trim())
  if (known.includes(tag)) outgoing.writeHead(304, headers).end()
  else
    outgoing
      .writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': bytes.length })
      .end(bytes)
}

const FRAME = 'application/octet-stream'

interface Frames {
  readonly read: BodyReader
  /** Bytes of the largest. */
  readonly most: number
  readonly sessions: Sessions
}

/** Passes a frame to a session, and its answer back. */
async function answerCall(
  exchange: Exchange,
  id: string,
  { read, most, sessions }: Frames,
): Promise<void> {
  requireMethod(exchange, 'POST')
  const { incoming, outgoing } = exchange
  // No form of another site can send this type.
  if (incoming.headers['content-type'] !== FRAME)
    throw new HttpError(415, `Content-Type: expected ${FRAME}`)
  requireLength(incoming, most)
  const { bytes, release } = await read(incoming, new AbortController().signal)
  try {
    const answer = await sessions.call(id, bytes)
    outgoing.writeHead(200, { 'Content-Type': FRAME, 'Content-Length': answer.length }).end(answer)
  } finally {
    release()
  }
}

/** A connection stays open behind a frame that is too large: a browser that sends on would not read why, were it cut. */
function requireLength({ headers }: IncomingMessage, most: number): void {
  const length = headers['content-length']
  if (length === undefined)
    throw new HttpError(411, 'Content-Length: expected the length of the frame')
  if (Number(length) > most)
    throw new HttpError(
      413,
      `the frame has ${grouped(length)} bytes; expected at most ${grouped(most)}`,
    )
}

/** Sends what a session has to say, until the page leaves. */
async function sendEvents(
  exchange: Exchange,
  id: string,
  { sessions, options }: Pick<Studio, 'sessions' | 'options'>,
): Promise<void> {
  requireMethod(exchange, 'GET')
  const { outgoing } = exchange
  const ended = new Promise<void>((done) => {
    outgoing.once('close', () => done())
  })
  await sessions.listen(id, frameStream(outgoing, options), ended)
}
