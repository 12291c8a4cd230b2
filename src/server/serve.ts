import { createServer, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import { appOf } from './app.ts'
import { type ServeOptions, serveDefaults } from './options.ts'
import { isLoopback } from './security.ts'
import type { ServedModel } from './served-model.ts'
import { openService } from './service.ts'

/** A service that answers requests. */
export interface RunningService {
  /** `http://127.0.0.1:8080` */
  readonly address: string
  /**
   * Takes no more connections, answers every request that has arrived, and ends; connections that are still open after
   * `within` milliseconds are cut.
   *
   * @returns how many were cut
   */
  drain(within: number): Promise<number>
}

export interface ServeHooks {
  /** Called with errors that are bugs; a request that meets one gets 500 without details. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Milliseconds in which requests that are on their way may still arrive on open connections. */
const GRACE = 500

/**
 * Serves models over HTTP.
 *
 *     const { address, drain } = await serve([{ name: 'sensors', model, graphs }], { port: 0 })
 *
 * @throws UserError for an address that cannot be had, for one that others can reach without a token, and for models of
 * the same name
 */
export async function serve(
  models: readonly ServedModel[],
  given: Partial<ServeOptions> = {},
  { onError = () => {} }: ServeHooks = {},
): Promise<RunningService> {
  const options = { ...serveDefaults, ...given }
  requireTokenFor(options)
  const service = await openService(models, options)
  const app = appOf(service, onError)
  const server = createServer(
    {
      connectionsCheckingInterval: Math.min(1000, options.timeout),
      headersTimeout: Math.min(10_000, options.timeout),
      // The answer to a slow body is ours; this ends what does not even read that.
      requestTimeout: 2 * options.timeout,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
    },
    getRequestListener(app.fetch),
  )
  server.maxConnections = options.maxConnections
  // A client that asks first (curl does, for a large body) is not asked to send what would be refused.
  server.on('checkContinue', (incoming, outgoing) => {
    if (Number(incoming.headers['content-length'] ?? 0) <= options.maxBody) outgoing.writeContinue()
    server.emit('request', incoming, outgoing)
  })
  await listening(server, options)
  const connections = countConnections(server)
  return {
    address: addressOf(server),
    async drain(within) {
      service.isDraining = true
      return drained(server, connections, within)
    },
  }
}

/** Throws UserError for a service that other machines can reach and anybody may use. */
function requireTokenFor({ host, token }: ServeOptions): void {
  if (isLoopback(host) || token !== undefined) return
  throw new UserError(
    worded`${option('host', host)}: other machines can reach this address, so requests must carry a token; give one with ${option('tokenFile')} or the environment variable LATENTLAB_TOKEN`,
  )
}

function listening(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(error, host, port)))
    server.listen({ host, port }, resolve)
  })
}

function unusable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses this port; give another, or 0 for a free one',
    EACCES: 'this port is reserved for the system; give one from 1024',
    EADDRNOTAVAIL: 'this machine does not have the address',
    ENOTFOUND: 'there is no such host',
  }
  const reason = reasons[error.code ?? '']
  return reason ? new UserError(`${host}:${port}: ${reason}`) : error
}

function addressOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server has no address')
  const { family, address: host, port } = address
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

/** Counts open connections. */
function countConnections(server: Server): { readonly open: number } {
  let open = 0
  server.on('connection', (socket) => {
    open++
    socket.once('close', () => {
      open--
    })
  })
  return {
    get open() {
      return open
    },
  }
}

/** Stops listening; idle connections stay open for a moment, as a request may be on its way. */
async function drained(
  server: Server,
  connections: { readonly open: number },
  within: number,
): Promise<number> {
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const idle = setInterval(() => server.closeIdleConnections(), GRACE)
  let cut = 0
  const end = setTimeout(() => {
    cut = connections.open
    server.closeAllConnections()
  }, within)
  await closed
  clearInterval(idle)
  clearTimeout(end)
  server.close()
  return cut
}
