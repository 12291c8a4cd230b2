import { describe, expect, it } from 'vitest'
import { hostName } from '../../src/server/security.ts'
import { serve } from '../../src/server/serve.ts'
import { fakeModel, raw, served, withService } from './served.ts'

const models = () => [served('m', fakeModel({}))]
const get = (path: string, headers: string[]) =>
  `GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`
const status = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1])

describe('access', () => {
  it('needs a token where other machines can reach the address', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1'])
      await expect(serve(models(), { port: 0, host })).rejects.toThrow(
        `host: '${host}': other machines can reach this address, so requests must carry a token; give one with tokenFile or the environment variable LATENTLAB_TOKEN`,
      )
    const error = await serve(models(), { port: 0, host: '0.0.0.0' }).catch((thrown) => thrown)
    expect(error.commandLine).toBe(
      '--host 0.0.0.0: other machines can reach this address, so requests must carry a token; give one with --token-file or the environment variable LATENTLAB_TOKEN',
    )
  })

  it('is given to the token alone, but for probes', async () => {
    await withService(models(), { token: 'correct-horse-battery' }, async ({ address }) => {
      const ask = async (path: string, authorization?: string) => {
        const headers = authorization === undefined ? {} : { authorization }
        const response = await fetch(address + path, { headers })
        return [response.status, response.headers.get('www-authenticate')]
      }
      for (const wrong of [
        undefined,
        'Bearer',
        'Bearer correct-horse-batter',
        'Bearer correct-horse-battery2',
        'Basic correct-horse-battery',
        'correct-horse-battery',
      ])
        for (const path of ['/v1/models', '/v2', '/docs', '/openapi.json', '/metrics', '/nothing'])
          expect(await ask(path, wrong)).toEqual([401, 'Bearer'])
      expect(await ask('/v1/models', 'Bearer correct-horse-battery')).toEqual([200, null])
      expect(await ask('/v2/health/live')).toEqual([200, null])
      expect(await ask('/v2/health/ready')).toEqual([200, null])
      expect(await ask('/health')).toEqual([200, null])
    })
  })

  it('is refused under foreign names, which a page could have made to lead here', async () => {
    await withService(models(), { allowedHosts: ['api.example.org'] }, async ({ address }) => {
      const ask = async (host: string) => status(await raw(address, get('/v1/models', [host])))
      for (const own of [
        'localhost',
        'localhost:8080',
        '127.0.0.1:9',
        '[::1]:8080',
        '192.0.2.7',
        'api.example.org',
        'API.example.org:443',
      ])
        expect([own, await ask(`Host: ${own}`)]).toEqual([own, 200])
      for (const foreign of [
        'evil.example',
        'api.example.org.evil.example',
        'localhost.evil.example',
        '127.0.0.1.nip.io',
        '1.2.3',
      ])
        expect([foreign, await ask(`Host: ${foreign}`)]).toEqual([foreign, 403])
      for (const broken of ['Host: a b', 'Host:', 'Host: localhost@evil.example', 'X: y'])
        expect([broken, (await ask(broken)) >= 400]).toEqual([broken, true])
    })
  })

  it('is refused to pages of other sites', async () => {
    const allowed = 'https://app.example.org'
    await withService(models(), { allowedOrigins: [allowed] }, async ({ address }) => {
      const host = new URL(address).host
      const ask = async (...headers: string[]) =>
        raw(address, get('/v1/models', [`Host: ${host}`, ...headers]))
      for (const origin of [
        'https://evil.example',
        'null',
        `https://app.example.org.evil.example`,
        `http://${host}0`,
        'http://localhost',
      ])
        expect([origin, status(await ask(`Origin: ${origin}`))]).toEqual([origin, 403])
      expect(status(await ask('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'))).toBe(403)
      expect(status(await ask('Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors'))).toBe(403)
      expect(status(await ask('Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors'))).toBe(200)
      expect(status(await ask('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'))).toBe(200)
      const own = await ask(`Origin: http://${host}`)
      expect([status(own), own.includes('ccess-')]).toEqual([200, false])
      const answer = await ask(`Origin: ${allowed}`)
      expect(status(answer)).toBe(200)
      expect(answer.toLowerCase()).toContain(`access-control-allow-origin: ${allowed}\r\n`)
      expect(answer.toLowerCase()).toContain('vary: origin\r\n')
    })
  })

  it('is announced to a page that may, before it asks', async () => {
    const options = { allowedOrigins: ['https://app.example.org'], token: 'correct-horse-battery' }
    await withService(models(), options, async ({ address }) => {
      const ask = (origin: string) =>
        fetch(`${address}/v1/models/m/encode`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        })
      const allowed = await ask('https://app.example.org')
      expect(allowed.status).toBe(204)
      expect(allowed.headers.get('access-control-allow-headers')).toBe(
        'Authorization, Content-Type, Inference-Header-Content-Length',
      )
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
      expect((await ask('https://evil.example')).status).toBe(403)
    })
  })

  it('has headers that let a browser do nothing with an answer', async () => {
    await withService(models(), {}, async ({ address }) => {
      for (const path of ['/health', '/nothing']) {
        const { headers } = await fetch(address + path)
        expect(headers.get('content-security-policy')).toBe(
          "default-src 'none'; frame-ancestors 'none'",
        )
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('cache-control')).toBe('no-store')
        expect(headers.get('referrer-policy')).toBe('no-referrer')
        expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      }
    })
  })
})

describe('the name in a Host header', () => {
  it.each([
    ['localhost', 'localhost'],
    ['LOCALHOST:80', 'localhost'],
    ['[::1]:8080', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['a b', undefined],
    ['', undefined],
    ['::1', undefined],
    ['x:99999999', undefined],
    ['user@localhost', undefined],
  ])('of %s is %s', (header, name) => expect(hostName(header)).toBe(name))
})
