import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingProxy {
  readonly server: string
  /** Addresses elsewhere that the browser asked for. */
  readonly outside: readonly string[]
  /** Passes on what is asked of another origin, too. */
  admit(origin: string): void
  close(): Promise<void>
}

/** What Chromium asks by itself, whatever page it shows. */
const ofChromium = [
  'accounts.google.com',
  'content-autofill.googleapis.com',
  'update.googleapis.com',
].map((host) => new RegExp(`^(http://)?${host.replaceAll('.', '\\.')}[:/]`))

/** Passes on what a browser asks of an origin that is admitted; notes and refuses everything else, whoever in it asks. */
export async function proxyTo(origin: string): Promise<RecordingProxy> {
  const outside: string[] = []
  const admitted = [origin]
  const note = (address: string) => {
    if (!ofChromium.some((known) => known.test(address))) outside.push(address)
  }
  const server = createServer((asked, answer) => {
    if (!admitted.some((known) => asked.url!.startsWith(known))) {
      note(asked.url!)
      answer.writeHead(502).end()
      return
    }
    const passed = request(asked.url!, { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode!, got.headers)
      // A stream may begin with silence.
      answer.flushHeaders()
      got.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  server.on('connect', ({ url }, socket) => {
    note(url!)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server: `http://127.0.0.1:${port}`,
    outside,
    admit: (other) => admitted.push(other),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
