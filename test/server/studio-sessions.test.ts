import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { raw } from './served.ts'
import { studioFolder, withStudio } from './studio-build.ts'
import { client, type Stream } from './studio-client.ts'

const build = studioFolder()
const soon = (ms: number) => new Promise((done) => setTimeout(done, ms))
const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 5000, interval: 5 })
const ID = 'page-0001'
/** A frame that does not come is noticed before the long wait of other tests. */
const LIMIT = { timeout: 10_000 }

/** Whether the next frame consists of so many times this byte. */
const isAll = async (stream: Stream, byte: number, length: number) =>
  Buffer.alloc(length, byte).equals((await stream.next())!)

describe('a session', LIMIT, () => {
  it('opens when its page listens, and says what it said while it opened', async () => {
    await withStudio(build, {}, async ({ address, folder, log }) => {
      expect(folder).toMatch(/latentlab-studio-\w+\/folder-\d+$/)
      const page = client(address, ID)
      const early = await page.call('early')
      expect([early.status, JSON.parse(early.text).error]).toEqual([
        404,
        'there is no session of this name; listen to its events first',
      ])
      const stream = await page.listen()
      expect(stream.status).toBe(200)
      expect(await stream.text()).toBe('opening')
      expect(log()).toEqual(['open'])
      stream.leave()
    })
  })

  it('answers bytes with bytes, each frame at the start of a buffer of its own', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const page = client(address, ID)
      const stream = await page.listen()
      const sent = new Uint8Array(randomBytes(1_000_001))
      const { status, type, bytes } = await page.call(sent)
      expect([status, type]).toEqual([200, 'application/octet-stream'])
      expect(Buffer.from(bytes).equals(Buffer.from(sent).reverse())).toBe(true)
      expect((await page.call('where')).text).toBe('0 of 5')
      expect((await page.call('')).bytes).toHaveLength(0)
      const together = await Promise.all(['ab', 'cd', 'ef', 'gh'].map((text) => page.call(text)))
      expect(together.map(({ text }) => text)).toEqual(['ba', 'dc', 'fe', 'hg'])
      stream.leave()
    })
  })

  it('has its own frames, apart from those of others, in their order', async () => {
    await withStudio(build, {}, async ({ address }) => {
      const pages = [client(address, ID), client(address, 'page-0002')]
      const streams = await Promise.all(pages.map((page) => page.listen()))
      for (const stream of streams) expect(await stream.text()).toBe('opening')
      await Promise.all([pages[0]!.call('send 3 70000'), pages[1]!.call('send 1 5')])
      for (const i of [0, 1, 2]) expect(await isAll(streams[0]!, i, 70_000)).toBe(true)
      expect(await isAll(streams[1]!, 0, 5)).toBe(true)
      for (const stream of streams) stream.leave()
    })
  })

  it('shows every so often that its stream is alive', async () => {
    await withStudio(build, { heartbeat: 30 }, async ({ address }) => {
      const stream = await client(address, ID).listen()
      expect(await stream.text()).toBe('opening')
      const times = []
      for (let i = 0; i < 4; i++) {
        expect(await stream.next()).toHaveLength(0)
        times.push(performance.now())
      }
      expect(times[3]! - times[0]!).toBeGreaterThan(60)
      stream.leave()
    })
  })

  it('stays open for a page that comes back in time, and is closed once behind one that does not', async () => {
    await withStudio(build, { grace: 500 }, async ({ address, log }) => {
      const page = client(address, ID)
      ;(await page.listen()).leave()
      await soon(50)
      const back = await page.listen()
      await soon(600)
      expect([(await page.call('ab')).text, log()]).toEqual(['ba', ['open']])
      const left = performance.now()
      back.leave()
      await until(() => log().includes('close'))
      expect(performance.now() - left).toBeGreaterThan(499)
      expect((await page.call('ab')).status).toBe(404)
      const anew = await page.listen()
      expect(await anew.text()).toBe('opening')
      expect(log()).toEqual(['open', 'close', 'open'])
      anew.leave()
    })
  })

  it('speaks to the page that listens last', async () => {
    await withStudio(build, { grace: 50 }, async ({ address, log }) => {
      const page = client(address, ID)
      const first = await page.listen()
      expect(await first.text()).toBe('opening')
      const second = await page.listen()
      expect(await first.next()).toBeUndefined()
      await soon(100)
      await page.call('send 1 7')
      expect(await second.next()).toHaveLength(7)
      expect(log()).toEqual(['open'])
      second.leave()
    })
  })

  it('is one of eight at most', async () => {
    await withStudio(build, { grace: 20 }, async ({ address, log }) => {
      const names = Array.from({ length: 8 }, (_, i) => `page-000${i}`)
      const streams = await Promise.all(names.map((name) => client(address, name).listen()))
      expect(streams.map(({ status }) => status)).toEqual(new Array(8).fill(200))
      const ninth = await client(address, 'page-0009').listen()
      expect([ninth.status, await ninth.error()]).toEqual([
        429,
        '8 sessions are open, and no more may be; close another page of the Studio, and try again after 0.02 s',
      ])
      streams[3]!.leave()
      await until(() => log().includes('close'))
      const tenth = await client(address, 'page-0010').listen()
      expect(tenth.status).toBe(200)
      for (const stream of [...streams, tenth]) stream.leave()
    })
  })
})

describe('a session that fails', LIMIT, () => {
  it('answers without details, and gives them to the log', async () => {
    await withStudio(build, {}, async ({ address, errors }) => {
      const page = client(address, ID)
      const stream = await page.listen()
      const { status, text } = await page.call('throw')
      expect([status, JSON.parse(text)]).toEqual([
        500,
        { error: 'internal error: the log of the server has the details' },
      ])
      expect(errors.map(String)).toEqual(['TypeError: secret of row 17'])
      expect((await page.call('ab')).text).toBe('ba')
      stream.leave()
    })
  })

  it('to open leaves its place to the next attempt', async () => {
    const session = build.write(
      'fails-once.mjs',
      `let isFirst = true
      export async function openSession() {
        if (!isFirst) return { call: async () => new Uint8Array(1), close: async () => {} }
        isFirst = false
        throw new RangeError('secret of folder')
      }`,
    )
    await withStudio(build, { session, maxSessions: 1 }, async ({ address, errors }) => {
      const page = client(address, ID)
      const failed = await page.listen()
      expect([failed.status, await failed.error()]).toEqual([
        500,
        'internal error: the log of the server has the details',
      ])
      expect(errors.map(String)).toEqual(['RangeError: secret of folder'])
      const opened = await page.listen()
      expect([opened.status, (await page.call('x')).bytes]).toEqual([200, new Uint8Array(1)])
      opened.leave()
    })
  })

  it('to close is logged, and is closed', async () => {
    await withStudio(build, { grace: 0, maxSessions: 1 }, async ({ address, errors }) => {
      const stream = await client(address, ID).listen()
      await client(address, ID).call('fail')
      stream.leave()
      await until(() => errors.length > 0)
      expect(errors.map(String)).toEqual(['TypeError: not saved'])
      const next = await client(address, 'page-0002').listen()
      expect(next.status).toBe(200)
      next.leave()
    })
  })

  it('to be there is one clear line', async () => {
    await withStudio(build, { session: `${build.session}x` }, async ({ address, errors }) => {
      const stream = await client(address, ID).listen()
      expect([stream.status, await stream.error()]).toEqual([
        503,
        "the module of the Studio's sessions is not built; in a checkout, npm run studio:build makes it",
      ])
      expect(errors).toEqual([])
    })
  })
})

describe('frames', LIMIT, () => {
  it('are refused where no page of ours can have sent them', async () => {
    await withStudio(build, { maxFrame: 1000 }, async ({ address, errors }) => {
      const page = client(address, ID)
      const stream = await page.listen()
      for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded'])
        expect((await page.call('x', { 'Content-Type': type })).status).toBe(415)
      expect((await page.call(new Uint8Array(1000))).status).toBe(200)
      const large = await page.call(new Uint8Array(1001))
      expect([large.status, JSON.parse(large.text).error]).toEqual([
        413,
        'the frame has 1,001 bytes; expected at most 1,000',
      ])
      const far = await page.call(new Uint8Array(5_000_000))
      expect(far.status).toBe(413)
      const { pathname, host } = new URL(address)
      const head = `POST ${pathname}session/${ID}/call HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/octet-stream\r\n`
      const chunked = await raw(address, `${head}Transfer-Encoding: chunked\r\n\r\n`)
      expect(chunked).toMatch(/^HTTP\/1.1 411 /)
      const own = `${head}Content-Length: 2\r\nConnection: close\r\n`
      expect(await raw(address, `${own}\r\nab`)).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nba$/s)
      expect(await raw(address, `${own}Origin: http://evil.example\r\n\r\nab`)).toMatch(/ 403 /)
      expect(await raw(address, `${own.replace(/\/[\w-]{22}\//, '/')}\r\nab`)).toMatch(/ 404 /)
      expect(errors).toEqual([])
      stream.leave()
    })
  })

  it('wait for a page up to a limit, beyond which it listens anew', async () => {
    await withStudio(build, { maxWaiting: 1_000_000 }, async ({ address, errors, log }) => {
      const page = client(address, ID)
      const stream = await page.listen()
      expect(await stream.text()).toBe('opening')
      await page.call('send 2 700000')
      for (const i of [0, 1]) expect(await isAll(stream, i, 700_000)).toBe(true)
      await page.call('send 3 700000')
      await expect(stream.next().then(stream.next).then(stream.next)).rejects.toThrow()
      const anew = await page.listen()
      await page.call('send 1 9')
      expect(await anew.next()).toHaveLength(9)
      expect([log(), errors]).toEqual([['open'], []])
      anew.leave()
    })
  })

  it('of a page that has left disturb nothing', async () => {
    await withStudio(build, {}, async ({ address, errors }) => {
      const page = client(address, ID)
      const stream = await page.listen()
      const { pathname, host } = new URL(address)
      await raw(
        address,
        `POST ${pathname}session/${ID}/call HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/octet-stream\r\nContent-Length: 8\r\n\r\nwait 100`,
        20,
      )
      await soon(120)
      stream.leave()
      await soon(20)
      await page.call('send 3 10')
      expect([(await page.call('ab')).text, errors]).toEqual(['ba', []])
    })
  })
})

describe('a Studio that ends', LIMIT, () => {
  it('closes its sessions, and lets their pages know what they save', async () => {
    await withStudio(build, {}, async ({ address, close, log }) => {
      const stream = await client(address, ID).listen()
      const other = await client(address, 'page-0002').listen()
      expect([await stream.text(), await other.text()]).toEqual(['opening', 'opening'])
      const ended = close(2000)
      const late = await client(address, 'page-0003').listen()
      expect([late.status, await late.error()]).toEqual([503, 'the Studio is ending'])
      expect([await stream.text(), await other.text()]).toEqual(['saved', 'saved'])
      expect([await stream.text(), await other.text()]).toEqual([undefined, undefined])
      expect(await ended).toBe(0)
      expect(log()).toEqual(['open', 'open', 'close', 'close'])
      await expect(fetch(address)).rejects.toThrow()
    })
  })

  it('waits for them for a time only, and counts those that take longer', async () => {
    await withStudio(build, {}, async ({ address, close, log }) => {
      const pages = [client(address, ID), client(address, 'page-0002')]
      for (const page of pages) await page.listen()
      await pages[0]!.call('hang')
      expect(await close(100)).toBe(1)
      expect(log()).toEqual(['open', 'open', 'close'])
    })
  })
})
