import { describe, expect, it } from 'vitest'
import { printed } from './bench.ts'

describe('the bench of malformed requests', () => {
  it('counts what each request got, and the service goes on until its signal', () => {
    const { status, stderr, json } = printed('malformed-requests.js', [
      ...['--requests', '40', '--clients', '40', '--trained', '200'],
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const counts = Object.values(json.statuses as Record<string, number>)
    expect(counts.reduce((a, b) => a + b)).toBe(40)
    expect(json.statuses['400']).toBeGreaterThan(10)
    expect(json.memory).toHaveLength(1)
    expect(json.exitCode).toBe(143)
  })
})
