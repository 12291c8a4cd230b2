import { connect } from 'node:net'
import * as ort from 'onnxruntime-node'
import { scoresOf } from '../../src/answers/anomaly/scoring.ts'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import type { Model } from '../../src/app/library/model.ts'
import { openDataSet } from '../../src/data/open.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import type { GraphName } from '../../src/package/graphs-of.ts'
import { localRuntime } from '../../src/runtime/local.ts'
import type { ServeOptions } from '../../src/server/options.ts'
import { type RunningService, serve } from '../../src/server/serve.ts'
import type { ServableModel, ServedModel } from '../../src/server/served-model.ts'

export const runtime = () => localRuntime(ort, 'onnxruntime-node', { device: 'cpu', threads: 1 })

/** Rows of a made-up table. */
export const rows = Array.from({ length: 120 }, (_, i) => ({
  temp: 20 + ((i * 7) % 50) / 10,
  mode: ['idle', 'run', "o'clock"][i % 3]!,
  count: (i * 5) % 4,
  when: new Date(Date.UTC(2024, 0, 1 + i)),
}))

/** A model of that table, trained for an epoch. */
export async function tableModel(options: Readonly<Record<string, unknown>> = {}): Promise<Model> {
  const chosen = { hidden: [4], latent: 2, epochs: 1, validation: 20, test: 40, ...options }
  const config = resolveConfig({ ...chosen, data: 'array' })
  const data = await openDataSet({ ...config.data, data: rows, seed: 0, cache: false } as never)
  return trainInMemory(config, data, runtime(), { chosen: Object.keys(chosen) })
}

/**
 * A graph with an input of each kind that packages have: `total` is the sum of a row of `x`, without masked values, plus
 * `n`; `twice` is 2 x.
 */
export function exampleGraph(): Uint8Array {
  const x = Tensor.input('x', ['batch', 3])
  const n = Tensor.input('n', ['batch'], 'int64')
  const mask = Tensor.input('mask', ['batch', 3], 'bool')
  const total = mask.select(x, 0).sum([1]).add(n.cast('float'))
  return writeModel({ total, twice: x.mul(2), known: mask })
}

/** A model of which only these parts are ever asked. */
export const fakeModel = (parts: object): ServableModel =>
  ({
    model: {
      definition: { name: 'fake' },
      info: { dimension: 2, exampleShape: [2] },
      latent: 2,
      posterior: () => {},
      likelihood: () => {},
    },
    config: {},
    epoch: 1,
    runtime: runtime(),
    ...parts,
  }) as unknown as ServableModel

export const served = (
  name: string,
  model: ServableModel,
  graphs: Partial<Record<GraphName, Uint8Array>> = {},
): ServedModel => ({
  name,
  model,
  scores: scoresOf(model),
  graphs: new Map(Object.entries(graphs) as [GraphName, Uint8Array][]),
})

/** A service on a free port, closed after `use`. */
export async function withService<T>(
  models: readonly ServedModel[],
  options: Partial<ServeOptions>,
  use: (service: RunningService & { readonly errors: unknown[] }) => Promise<T>,
): Promise<T> {
  const errors: unknown[] = []
  const service = await serve(
    models,
    { port: 0, ...options },
    { onError: (error) => errors.push(error) },
  )
  try {
    return await use({ ...service, errors })
  } finally {
    await service.drain(0)
  }
}

/** A document whose parts a test names. */
// biome-ignore lint/suspicious/noExplicitAny: what a server answers is checked by what the test expects of it
export type Json = any

/** Posts a value as JSON. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method: 'POST', body: text, headers })
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Json,
  }
}

/** What a server answers to raw bytes, until it closes the connection or nothing comes for `quiet` milliseconds. */
export function raw(address: string, bytes: string | Uint8Array, quiet = 500): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(quiet, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    )
    socket.on('close', () => resolve(answer))
  })
}
