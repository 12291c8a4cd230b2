import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingProxy {
  readonly server: string
  /** Addresses elsewhere that the browser asked for. */
  readonly outside: readonly string[]
  close(): Promise<void>
}

/** What Chromium asks by itself, whatever page it shows. */
const ofChromium = [
  'accounts.google.com',
  'content-autofill.googleapis.com',
  'update.googleapis.com',
].map((host) => new RegExp(`^(http://)?${host.replaceAll('.', '\\.')}[:/]`))

/** Passes on what a browser asks of one origin; notes and refuses everything else, whoever in it asks. */
export async function proxyTo(origin: string): Promise<RecordingProxy> {
  const outside: string[] = []
  const note = (address: string) => {
    if (!ofChromium.some((known) => known.test(address))) outside.push(address)
  }
  const server = createServer((asked, answer) => {
    if (!asked.url!.startsWith(origin)) {
      note(asked.url!)
      answer.writeHead(502).end()
      return
    }
    const passed = request(asked.url!, { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode!, got.headers)
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
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
