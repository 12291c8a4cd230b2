import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningService, serve } from '../../src/server/serve.ts'
import { stream } from '../../src/tensor/random.ts'
import { exampleGraph, fakeModel, post, raw, served } from './served.ts'

const { malformedRequest } = (await import(
  new URL('../../bench/malformed.js', import.meta.url).href
)) as {
  malformedRequest(uniform: () => number, name: string): Uint8Array
}

const errors: unknown[] = []
let service: RunningService
beforeAll(async () => {
  const same = async (x: unknown) => x
  const model = fakeModel({ encode: same, decode: same, reconstruct: same })
  service = await serve(
    [{ ...served('m', model, { encoder: exampleGraph() }), scores: [] }],
    { port: 0, maxBody: 100_000, timeout: 1000 },
    { onError: (error) => errors.push(error) },
  )
})
afterAll(() => service?.drain(0))

describe('malformed requests', () => {
  it('are answered with a refusal or end the connection, and leave the service as it was', async () => {
    const { uniform } = stream(5, 'malformed requests')
    const statuses = new Map<string, number>()
    for (let i = 0; i < 300; i += 100) {
      const requests = Array.from({ length: 100 }, () => malformedRequest(uniform, 'm'))
      const answers = await Promise.all(
        requests.map((request) => raw(service.address, request, 1500)),
      )
      for (const answer of answers) {
        const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    expect(errors).toEqual([])
    expect([...statuses.keys()].filter((status) => status.startsWith('5'))).toEqual([])
    expect(statuses.get('400')).toBeGreaterThan(50)
    const answer = await post(`${service.address}/v1/models/m/encode`, { rows: [[1, 2]] })
    expect([answer.status, answer.json.codes]).toEqual([200, [[1, 2]]])
    const metrics = await (await fetch(`${service.address}/metrics`)).text()
    expect(metrics).toContain('latentlab_queue_rows{model="m"} 0')
  })
})
