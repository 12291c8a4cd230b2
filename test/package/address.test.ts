import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressSource } from '../../src/package/address.ts'
import { verifyFiles } from '../../src/package/verify-files.ts'
import { madeUp, refusalOf } from './made-up.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url!)
  answer(request, response)
})
let origin = ''
let files: Map<string, Uint8Array>

beforeAll(async () => {
  files = await madeUp()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Serves the package below /p/. */
const servePackage: typeof answer = (request, response) => {
  const bytes = files.get(new URL(request.url!, origin).pathname.replace('/p/', ''))
  if (bytes) response.end(bytes)
  else response.writeHead(404).end()
}

const reading = (path = 'config.json', most = 1000) =>
  refusalOf(() => addressSource(`${origin}/p`, { patience: 0.3 }).read(path, most))

describe('a package at an address', () => {
  it('is read by requests for exactly the files of its manifest, below the address', async () => {
    answer = servePackage
    for (const address of ['/p', '/p/', '/p/manifest.json', '/p/#top', '/p?key=secret']) {
      asked.length = 0
      const source = addressSource(origin + address)
      expect(source.name).toBe(`${origin}/p`)
      expect(await verifyFiles(source)).toEqual([])
      const query = address.includes('?') ? '?key=secret' : ''
      expect(asked).toEqual(
        ['manifest.json', 'README.md', 'config.json', 'model.safetensors', 'onnx/encoder.onnx'].map(
          (path) => `/p/${path}${query}`,
        ),
      )
    }
  })

  it('is one of http or https, without a password', async () => {
    for (const [address, message] of [
      ['sensors', 'address: expected one that begins with https:// or http://, got "sensors"'],
      ['file:///etc', 'address: expected one of https: or http:, got "file:"'],
      ['data:text/plain,x', 'address: expected one of https: or http:, got "data:"'],
      ['https://a:b@example.org/p', 'address: expected one without a user name and a password'],
    ] as const)
      expect(await refusalOf(() => addressSource(address))).toBe(message)
  })

  it('asks for nothing outside the address', async () => {
    answer = servePackage
    asked.length = 0
    expect(await reading('../other.json')).toMatch('/p: the path "../other.json" is not allowed')
    expect(asked).toEqual([])
  })

  it('is refused in one line where the server has something else', async () => {
    answer = servePackage
    expect(await reading('other.json')).toBe(`${origin}/p/other.json: there is no such file`)
    answer = (_request, response) => response.writeHead(403, 'Forbidden').end('no')
    expect(await reading()).toBe(
      `${origin}/p/config.json: the server answers 403 "Forbidden", which asks for a permission`,
    )
    answer = (_request, response) => response.writeHead(500, 'Oops').end()
    expect(await reading()).toBe(`${origin}/p/config.json: the server answers 500 "Oops"`)
    answer = (_request, response) => response.end('<!doctype html><title>Not found</title>')
    expect(await verifyFiles(addressSource(`${origin}/p`))).toEqual([
      {
        path: 'manifest.json',
        what: 'is a web page instead of the file; expected the address of the folder that holds the files themselves',
        isNote: false,
      },
    ])
  })

  it('stops as soon as more bytes come than expected, whether announced or not', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-length': '2000' }).write('x')
    expect(await reading()).toBe(
      `${origin}/p/config.json: has 2000 bytes, more than the 1000 bytes expected`,
    )
    let sent = 0
    let closed = false
    answer = (_request, response) => {
      response.on('close', () => {
        closed = true
      })
      const more = () => {
        if (closed || sent > 1e8) return
        sent += 65536
        response.write(Buffer.alloc(65536), more)
      }
      more()
    }
    expect(await reading()).toBe(`${origin}/p/config.json: is larger than the 1000 bytes expected`)
    await expect.poll(() => closed).toBe(true)
    expect(sent).toBeLessThan(1e7)
  })

  it('follows redirects within its origin, and no others', async () => {
    const other = 'http://127.0.0.2:9/stolen?token=1'
    const moved = (to: string) => (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/real') response.end('moved')
      else response.writeHead(302, { location: to }).end()
    }
    answer = moved('/real')
    const bytes = await addressSource(`${origin}/p`).read('config.json', 10)
    expect(new TextDecoder().decode(bytes)).toBe('moved')
    answer = moved(other)
    expect(await reading()).toBe(
      `${origin}/p/config.json: the server redirects to http://127.0.0.2:9, and a package is read from the address given only; pass the address that it leads to, or download the package`,
    )
    answer = moved('file:///etc/passwd')
    expect(await reading()).toMatch('the server redirects to null')
    answer = moved('/again')
    asked.length = 0
    expect(await reading()).toBe(`${origin}/p/config.json: the server redirects more than 5 times`)
    expect(asked).toHaveLength(6)
  })

  it('is given up where nothing comes, the connection is cut, or there is none', async () => {
    answer = (_request, response) => response.writeHead(200).write('x')
    expect(await reading()).toBe(`${origin}/p/config.json: nothing came for 0.3 seconds`)
    answer = (request) => request.socket.destroy()
    expect(await reading()).toMatch(/\/p\/config\.json: cannot be fetched \(\w+\): there is no/)
    const closed = addressSource('http://127.0.0.1:9/p')
    expect(await refusalOf(() => closed.read('config.json', 9))).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/p\/config\.json: cannot be fetched \([\w ]+\): there is no connection, or the server does not let this page read it$/,
    )
  })

  it('stops when its signal says so', async () => {
    const stop = new AbortController()
    answer = () => stop.abort(new Error('enough'))
    const source = addressSource(`${origin}/p`, { signal: stop.signal })
    await expect(source.read('config.json', 9)).rejects.toThrow('enough')
    asked.length = 0
    await expect(source.read('config.json', 9)).rejects.toThrow('enough')
    expect(asked).toEqual([])
  })
})
