import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../src/app/library/model.ts'
import { type RunningService, serve } from '../../src/server/serve.ts'
import { exampleGraph, type Json, post, served, tableModel } from './served.ts'

let model: Model
let service: RunningService
let document: Json
beforeAll(async () => {
  model = await tableModel()
  const models = [served('sensors', model, { encoder: exampleGraph() })]
  service = await serve(models, { port: 0, maxRows: 70 })
  document = await (await fetch(`${service.address}/openapi.json`)).json()
})
afterAll(async () => {
  await service?.drain(0)
  await model?.close()
})

describe('the OpenAPI document', () => {
  it('names every address once, with what it takes and answers', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual([
      '/v1/models/sensors',
      ...['score', 'encode', 'decode', 'reconstruct', 'sample', 'impute'].map(
        (method) => `/v1/models/sensors/${method}`,
      ),
      ...['sensors', 'sensors.encoder'].flatMap((name) => [
        `/v2/models/${name}`,
        `/v2/models/${name}/ready`,
        `/v2/models/${name}/infer`,
      ]),
      ...['/v1/models', '/health', '/metrics', '/openapi.json'],
      ...['/v2', '/v2/health/live', '/v2/health/ready'],
    ])
  })

  it('has the columns of the model and the limits of the service', () => {
    const { schema } =
      document.paths['/v1/models/sensors/score'].post.requestBody.content['application/json']
    expect(schema.required).toEqual(['rows'])
    expect(schema.additionalProperties).toBe(false)
    expect([schema.properties.rows.minItems, schema.properties.rows.maxItems]).toEqual([1, 70])
    expect(schema.properties.rows.items.properties).toMatchObject({
      temp: { type: ['number', 'null'] },
      mode: { enum: ['idle', 'run', "o'clock", null] },
      count: { type: ['number', 'null'], minimum: 0 },
    })
    expect(schema.properties.score.enum).toEqual(['auto', 'distance', 'bound', 'reconstruction'])
  })

  it('has examples that are answered as it says', async () => {
    let tried = 0
    for (const [path, { get, post: posted }] of Object.entries<Json>(document.paths)) {
      if (get) {
        expect([path, (await fetch(service.address + path)).status]).toEqual([path, 200])
        continue
      }
      const { example } = posted.requestBody.content['application/json']
      const { status, json } = await post(service.address + path, example)
      expect([path, status]).toEqual([path, 200])
      const { schema } = posted.responses[200].content['application/json']
      expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(json)))
      tried++
    }
    expect(tried).toBe(8)
  })

  it('asks for the token where one is needed', async () => {
    const secret = await serve([served('m', model)], { port: 0, token: 'correct-horse-battery' })
    const headers = { authorization: 'Bearer correct-horse-battery' }
    const answer = await fetch(`${secret.address}/openapi.json`, { headers })
    const { security, components, paths } = (await answer.json()) as Json
    expect(security).toEqual([{ token: [] }])
    expect(components.securitySchemes.token).toEqual({ type: 'http', scheme: 'bearer' })
    expect(paths['/health'].get.security).toEqual([])
    const page = await (await fetch(`${secret.address}/docs`, { headers })).text()
    expect(page).toContain('-H &quot;Authorization: Bearer $LATENTLAB_TOKEN&quot;')
    await secret.drain(0)
  })
})

describe('the page of documentation', () => {
  it('loads its own style and nothing else, and runs no script', async () => {
    const response = await fetch(`${service.address}/docs`)
    const page = await response.text()
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!
    const hash = createHash('sha256').update(style!).digest('base64')
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    )
    expect(page).not.toMatch(/<script|style=|src=|https?:\/\/(?!127\.0\.0\.1)/)
    expect(page).toContain('<h1>sensors</h1>')
  })

  it('has a line for curl at each address that a shell can run', async () => {
    const page = await (await fetch(`${service.address}/docs`)).text()
    const unescaped = (text: string) =>
      text
        .replace(/&#39;/g, "'")
        .replace(/&quot;/g, '"')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&amp;/g, '&')
    const lines = [...page.matchAll(/<pre[^>]*>([\s\S]*?)<\/pre>/g)].map(([, text]) =>
      unescaped(text!),
    )
    expect(lines).toHaveLength(Object.keys(document.paths).length)
    expect(lines.every((line) => line.startsWith(`curl ${service.address}/`))).toBe(true)
    const score = lines.find((line) => line.includes('/sensors/decode'))!
    // What the shell makes of the line: the same words as the example of the document.
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${score}`], { encoding: 'utf8' })
    const { example } =
      document.paths['/v1/models/sensors/decode'].post.requestBody.content['application/json']
    expect(words.trim().split('\n').at(-1)).toBe(JSON.stringify(example))
  })
})
