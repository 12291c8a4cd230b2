import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { UserError } from '../tensor/errors.ts'

/** A server that takes connections. */
export interface Listening {
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

/** Milliseconds in which requests that are on their way may still arrive on open connections. */
const GRACE = 500

/**
 * Listens at the first of the ports that is free; port 0 stands for any.
 *
 * @throws UserError for an address that cannot be had
 */
export async function listen(
  server: Server,
  host: string,
  ports: readonly number[],
): Promise<Listening> {
  const connections = countConnections(server)
  for (const [i, port] of ports.entries())
    try {
      await listening(server, host, port)
      break
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken || i === ports.length - 1) throw unusable(error, host, port)
    }
  return {
    address: addressOf(server),
    drain: (within) => drained(server, connections, within),
  }
}

/** A client that asks first (curl does, for a large body) is not asked to send what would be refused. */
export function limitAnnounced(server: Server, maxBody: number): void {
  server.on('checkContinue', (incoming, outgoing) => {
    if (Number(incoming.headers['content-length'] ?? 0) <= maxBody) outgoing.writeContinue()
    server.emit('request', incoming, outgoing)
  })
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
}

function unusable(error: unknown, host: string, port: number): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses this port; give another, or 0 for a free one',
    EACCES: 'this port is reserved for the system; give one from 1024',
    EADDRNOTAVAIL: 'this machine does not have the address',
    ENOTFOUND: 'there is no such host',
  }
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
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
