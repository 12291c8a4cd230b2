import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveStudio } from '../../src/server/studio/serve-studio.ts'
import { raw } from './served.ts'
import { pageFiles, studioFolder, withStudio } from './studio-build.ts'

const build = studioFolder()
const { page, folder, write } = build

/** The status of an answer to an exact path, which fetch would tidy up, and what it says. */
async function ask(address: string, path: string, ...headers: string[]) {
  const { host } = new URL(address)
  const lines = headers.some((line) => /^host:/i.test(line))
    ? headers
    : [`Host: ${host}`, ...headers]
  const answer = await raw(
    address,
    `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`,
  )
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]), answer }
}

describe('the page of the Studio', () => {
  it('is sent file by file, each with its type', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const types: Record<string, string | null> = {}
      for (const [name, text] of Object.entries(pageFiles)) {
        const response = await fetch(address + name)
        expect([name, response.status]).toEqual([name, 200])
        if (name !== 'index.html') expect(await response.text()).toBe(text)
        types[name] = response.headers.get('content-type')
      }
      expect(types).toEqual({
        'index.html': 'text/html; charset=utf-8',
        'assets/index-D4x_-9aB.js': 'text/javascript; charset=utf-8',
        'assets/style.css': 'text/css; charset=utf-8',
        'assets/runtime.wasm': 'application/wasm',
        'assets/worker.mjs': 'text/javascript; charset=utf-8',
        'assets/icon.svg': 'image/svg+xml',
        'assets/icon.png': 'image/png',
        'assets/text.woff2': 'font/woff2',
        'example/model.safetensors': 'application/octet-stream',
        'example/encoder.onnx': 'application/octet-stream',
        'example/example.json': 'application/json',
        'manifest.webmanifest': 'application/manifest+json',
      })
    })
  })

  it('is marked as one whose server trains natively, and differs in nothing else', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const sent = await (await fetch(`${address}?language=ko`)).text()
      expect(sent).toBe(pageFiles['index.html']!.replace('"browser"', '"local"'))
      expect(sent).toContain('<meta name="latentlab-session" content="local">')
    })
  })

  it('is sent anew where it has changed only, and as a head alone to who asks for that', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const url = `${address}assets/style.css`
      const first = await fetch(url)
      const etag = first.headers.get('etag')!
      expect(first.headers.get('cache-control')).toBe('no-cache')
      const again = () => fetch(url, { headers: { 'If-None-Match': `"other", ${etag}` } })
      expect((await again()).status).toBe(304)
      write('page/assets/style.css', 'p { color: green }')
      const changed = await again()
      expect([changed.status, await changed.text()]).toEqual([200, 'p { color: green }'])
      const head = await fetch(url, { method: 'HEAD' })
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
        200,
        '18',
        '',
      ])
      write('page/assets/style.css', pageFiles['assets/style.css']!)
    })
  })

  it('is isolated from other origins and may load nothing of theirs', async () => {
    await withStudio(build, {}, async ({ address }) => {
      for (const path of ['', 'assets/index-D4x_-9aB.js', 'none.js', '../']) {
        const { headers } = await fetch(address + path)
        expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
        expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
        expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('referrer-policy')).toBe('no-referrer')
      }
      const policy = (await fetch(address)).headers.get('content-security-policy')
      expect(policy).toBe(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      const refused = await fetch(`${address}none.js`)
      expect(refused.headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      )
    })
  })

  it('has no file outside its folder, and no list of its files', async () => {
    write('outside.txt', 'secret')
    write('page/.hidden', 'secret')
    write('page/assets/über.js', 'secret')
    symlinkSync(join(page, '../outside.txt'), join(page, 'link.txt'))
    symlinkSync(join(page, '..'), join(page, 'up'))
    symlinkSync(join(page, 'assets/icon.svg'), join(page, 'icon.svg'))
    mkdirSync(join(page, '../page-2'))
    write('page-2/file.txt', 'secret')
    symlinkSync(join(page, '../page-2'), join(page, 'beside'))
    await withStudio(build, {}, async ({ address }) => {
      const token = new URL(address).pathname
      for (const path of [
        '../outside.txt',
        '..%2foutside.txt',
        '%2e%2e/outside.txt',
        '%2E%2E%2Foutside.txt',
        '%252e%252e/outside.txt',
        'assets/../../outside.txt',
        'assets/..\\..\\outside.txt',
        'assets/..%5c..%5coutside.txt',
        './index.html',
        'assets//style.css',
        'index.html/',
        'index.html%00.js',
        '.hidden',
        'assets/%C3%BCber.js',
        'link.txt',
        'up/outside.txt',
        'beside/file.txt',
        'assets',
        'assets/',
        'C:/windows',
        '/etc/passwd',
        'none.js',
      ]) {
        const { status, answer } = await ask(address, token + path)
        expect([path, status, answer.includes('secret')]).toEqual([path, 404, false])
      }
      expect((await ask(address, `${token}a\0b`)).status).toBe(400)
      expect((await ask(address, `${token}icon.svg`)).status).toBe(200)
    })
  })
})

describe('the address of the Studio', () => {
  it('begins with a token of 128 random bits, without which there is nothing but a hint', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const [, token] = /^http:\/\/127\.0\.0\.1:\d+\/([\w-]{22})\/$/.exec(address)!
      const other = await serveStudio(folder, { ...build, ports: [0] })
      expect(other.address.split('/')[3]).not.toBe(token)
      await other.close(0)
      for (const path of [
        '/',
        '/index.html',
        '/favicon.ico',
        `/${token!.slice(0, -1)}/`,
        `/${token}x/`,
        `//${token}/`,
        `/x/${token}/`,
        `/${token!.toLowerCase().replace(/^./, (c) => (c === 'a' ? 'b' : 'a'))}/`,
        `${address.slice(0, -1)}/`,
        '*',
      ]) {
        const { status, answer } = await ask(address, path)
        expect([path, status]).toEqual([path, 404])
        expect(answer).toContain('use the one that was printed when the Studio started')
      }
      const { status, answer } = await ask(address, `/${token}`)
      expect([status, answer]).toEqual([308, expect.stringContaining(`Location: /${token}/\r\n`)])
    })
  })

  it('is refused under foreign names and to pages of other sites', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const { pathname, host } = new URL(address)
      const status = async (...headers: string[]) =>
        (await ask(address, pathname, ...headers)).status
      for (const own of ['127.0.0.1', 'localhost:9000', '[::1]:7290', 'LOCALHOST'])
        expect([own, await status(`Host: ${own}`)]).toEqual([own, 200])
      for (const foreign of [
        'evil.example',
        '127.0.0.1.nip.io',
        'localhost.evil.example',
        '192.0.2.7',
        '0.0.0.0:7290',
        'localhost@evil.example',
      ])
        expect([foreign, await status(`Host: ${foreign}`)]).toEqual([foreign, 403])
      for (const origin of ['https://evil.example', 'null', 'http://localhost', `http://${host}0`])
        expect([origin, await status(`Origin: ${origin}`)]).toEqual([origin, 403])
      expect(await status(`Origin: http://${host}`)).toBe(200)
      for (const [site, mode, expected] of [
        ['cross-site', 'no-cors', 403],
        ['same-site', 'cors', 403],
        ['same-origin', 'cors', 200],
        ['cross-site', 'navigate', 200],
        ['none', 'navigate', 200],
      ] as const)
        expect([site, await status(`Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`)]).toEqual([
          site,
          expected,
        ])
    })
  })

  it('takes the methods that it has', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const ask = async (path: string, method: string) => {
        const { status, headers } = await fetch(address + path, { method })
        return [status, headers.get('allow')]
      }
      expect(await ask('', 'POST')).toEqual([405, 'GET, HEAD'])
      expect(await ask('', 'OPTIONS')).toEqual([405, 'GET, HEAD'])
      expect(await ask('session/12345678/call', 'GET')).toEqual([405, 'POST'])
      expect(await ask('session/12345678/events', 'POST')).toEqual([405, 'GET'])
      expect(await ask('session/1234567/events', 'GET')).toEqual([400, null])
      expect(await ask('session/12345678', 'GET')).toEqual([404, null])
      expect(await ask('session/12345678/events/x', 'GET')).toEqual([404, null])
    })
  })
})

describe('a Studio that cannot start', () => {
  it('says in one line what is missing', async () => {
    const file = write('file.txt', '')
    const page = join(folder, 'none')
    for (const [at, given, message] of [
      [join(folder, 'none'), {}, /^cannot open .*none: there is no such file or folder$/],
      [file, {}, /file\.txt: expected a folder, got a file$/],
      [folder, { page }, /none: the page of the Studio is not built; .* npm run studio:build /],
    ] as const) {
      const error = await serveStudio(at, { ...build, ports: [0], ...given }).catch((one) => one)
      expect([error.name, error.message]).toEqual(['UserError', expect.stringMatching(message)])
    }
  })

  it('takes the next port where one is in use, unless it has only that', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const port = Number(new URL(address).port)
      await expect(serveStudio(folder, { ...build, ports: [port] })).rejects.toThrow(
        `127.0.0.1:${port}: another program uses this port; give another, or 0 for a free one`,
      )
      const second = await serveStudio(folder, { ...build, ports: [port, port, 0] })
      expect(new URL(second.address).port).not.toBe(String(port))
      expect([(await fetch(address)).status, (await fetch(second.address)).status]).toEqual([
        200, 200,
      ])
      const { pathname } = new URL(address)
      expect((await fetch(new URL(pathname, second.address))).status).toBe(404)
      await second.close(0)
    })
  })
})
