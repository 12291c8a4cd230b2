import type { Context, Hono } from 'hono'
import { VERSION } from '../../config/version.ts'
import { shortened } from '../../tensor/described.ts'
import type { BodyReader } from '../body.ts'
import { type Env, exchange } from '../exchange.ts'
import { HttpError } from '../http-error.ts'
import { route } from '../route.ts'
import type { NamedGraph, Service } from '../service.ts'
import { datatypeOf } from './datatypes.ts'
import { batchKey } from './graph-model.ts'
import { inferRequest, JSON_LENGTH } from './request.ts'
import { inferAnswer } from './response.ts'
import type { Port } from './signature.ts'

/** A package has one version of each model. */
export const MODEL_VERSION = '1'

/** The Open Inference Protocol, version 2, over HTTP, with its binary tensor data extension. */
export function addV2Routes(app: Hono<Env>, service: Service, read: BodyReader): void {
  const isReady = () => !service.isDraining
  route(app, 'GET', '/v2', (c) =>
    c.json({ name: 'latentlab', version: VERSION, extensions: ['binary_tensor_data'] }),
  )
  route(app, 'GET', '/v2/health/live', (c) => c.json({ live: true }))
  route(app, 'GET', '/v2/health/ready', (c) => c.json({ ready: isReady() }, isReady() ? 200 : 503))
  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const) {
    route(app, 'GET', path, (c) => c.json(metadataOf(graphIn(service, c))))
    route(app, 'GET', `${path}/ready`, (c) =>
      c.json({ name: graphIn(service, c).name, ready: isReady() }, isReady() ? 200 : 503),
    )
    route(app, 'POST', `${path}/infer`, (c) => infer(c, service, read))
  }
}

/** Throws HttpError 404 for a model or version that there is not. */
function graphIn({ graphs }: Service, c: Context<Env>): NamedGraph {
  const { name = '', version = MODEL_VERSION } = c.req.param() as Record<string, string>
  const found = graphs.get(name)
  if (!found)
    throw new HttpError(
      404,
      `${shortened(name)}: there is no such model; there are ${[...graphs.keys()].join(', ') || 'none with ONNX graphs'}`,
    )
  if (version !== MODEL_VERSION)
    throw new HttpError(
      404,
      `${name}: there is no version ${shortened(version)}; there is ${MODEL_VERSION}`,
    )
  return found
}

/** The metadata of a model, as the protocol has it. */
export function metadataOf({ name, signature }: NamedGraph) {
  return {
    name,
    versions: [MODEL_VERSION],
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
  }
}

/** Dimensions that each request chooses are -1. */
const tensorMetadata = ({ name, dtype, shape }: Port) => ({
  name,
  datatype: datatypeOf(dtype),
  shape: shape.map((size) => (typeof size === 'number' ? size : -1)),
})

function infer(c: Context<Env>, service: Service, read: BodyReader): Promise<Response> {
  const graph = graphIn(service, c)
  const { maxRows, timeout } = service.options
  return exchange(c, { read, timeout }, async ({ body, compute }) => {
    const request = inferRequest(body, c.req.header(JSON_LENGTH), graph.signature)
    const { feeds, rows } = request
    if (rows > maxRows)
      throw new HttpError(400, `inputs: ${rows} rows; expected at most ${maxRows} in a request`)
    const key = batchKey(graph.signature, feeds)
    const arrays = await compute(graph.serving, rows, (signal) =>
      graph.batcher.submit({ request: feeds, rows, key, signal }),
    )
    const answer = inferAnswer({ name: graph.name, version: MODEL_VERSION }, request, arrays)
    if (answer.jsonLength === undefined)
      return c.body(answer.body, 200, { 'Content-Type': 'application/json' })
    return c.body(answer.body, 200, {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': String(answer.jsonLength),
    })
  })
}
