import { z } from 'zod'
import type { NamedGraph, Service, Serving } from '../service.ts'
import { answerSchemas } from '../v1/answer-schemas.ts'
import { exampleRow, type JsonSchema } from '../v1/example-schema.ts'
import type { MethodName } from '../v1/schemas.ts'
import { datatypeOf } from '../v2/datatypes.ts'
import { inferAnswerSchema, inferSchema, metadataSchema } from '../v2/schemas.ts'
import type { Port } from '../v2/signature.ts'

/** An address of the service, as its documentation shows it. */
export interface Endpoint {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly summary: string
  /** The model that it belongs to; undefined for those of the whole service. */
  readonly tag: string
  readonly request?: JsonSchema
  /** Of a body of JSON; undefined for text. */
  readonly answer?: JsonSchema
  /** A request that can be sent as it is; undefined where one is too long to show. */
  readonly example?: unknown
  /** Whether it can be asked without the token. */
  readonly isOpen?: boolean
}

/** A schema without the mark of its dialect, which the document states once. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema)
  return rest
}

/** All that can be asked: of each model, of each graph, and of the service. */
export function endpointsOf(service: Service): Endpoint[] {
  return [
    ...[...service.models.values()].flatMap(ofModel),
    ...[...service.graphs.values()].flatMap(ofGraph),
    ...general,
  ]
}

const SERVICE = 'service'
const object = { type: 'object' } as const
const flag = (name: string): JsonSchema => ({
  type: 'object',
  properties: { [name]: { type: 'boolean' } },
  required: [name],
})

const general: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/v1/models',
    summary: 'The models and what they can do',
    tag: SERVICE,
    answer: object,
  },
  {
    method: 'get',
    path: '/health',
    summary: 'Whether the service answers',
    tag: SERVICE,
    answer: object,
    isOpen: true,
  },
  { method: 'get', path: '/metrics', summary: 'Figures for Prometheus', tag: SERVICE },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description, as OpenAPI 3.1',
    tag: SERVICE,
    answer: object,
  },
  {
    method: 'get',
    path: '/v2',
    summary: 'The server, in the Open Inference Protocol',
    tag: SERVICE,
    answer: object,
  },
  {
    method: 'get',
    path: '/v2/health/live',
    summary: 'Whether the server runs',
    tag: SERVICE,
    answer: flag('live'),
    isOpen: true,
  },
  {
    method: 'get',
    path: '/v2/health/ready',
    summary: 'Whether the server takes requests',
    tag: SERVICE,
    answer: flag('ready'),
    isOpen: true,
  },
]

const summaries: Readonly<Record<MethodName, string>> = {
  score: 'How odd each row is, why, and whether that is an alarm',
  encode: 'The code of each row',
  decode: 'The row that each code stands for',
  reconstruct: 'What the model makes of each row',
  sample: 'New rows, drawn from the model',
  impute: 'The rows with their gaps filled, with intervals',
}

function ofModel({ served, abilities, schemas }: Serving): Endpoint[] {
  const { name, model } = served
  const answers = answerSchemas(model)
  const path = `/v1/models/${name}`
  const example = exampleRequests(served.model)
  return [
    {
      method: 'get',
      path,
      summary: 'The model: its columns and what it can do',
      tag: name,
      answer: object,
    },
    ...abilities.map((method): Endpoint => {
      const shown = example[method]
      return {
        method: 'post',
        path: `${path}/${method}`,
        summary: summaries[method],
        tag: name,
        request: jsonSchema(schemas[method]),
        answer: jsonSchema(answers[method]),
        ...(shown !== undefined && { example: shown }),
      }
    }),
  ]
}

function exampleRequests(model: Serving['served']['model']): Partial<Record<MethodName, object>> {
  const { latent, labels, info } = model.model
  const label = info.classLabels?.[0] ?? 0
  const labelled = labels === 'condition' ? { labels: [label] } : {}
  const row = exampleRow(model)
  const rows = row && { rows: [row], ...labelled }
  const [column] = Object.keys(row ?? {})
  const gaps = row && { rows: [{ ...row, [column!]: null }], ...labelled }
  return {
    ...(rows && { score: rows, encode: rows, reconstruct: rows }),
    ...(gaps && { impute: gaps }),
    decode: { codes: [new Array(latent).fill(0)], ...labelled },
    sample: { count: 1, seed: 1, ...labelled },
  }
}

function ofGraph(graph: NamedGraph): Endpoint[] {
  const { name, serving, signature } = graph
  const tag = serving.served.name
  const path = `/v2/models/${name}`
  const ports = (list: readonly Port[]) => list.map(portText).join(', ')
  const takes = `${ports(signature.inputs)} → ${ports(signature.outputs)}`
  const example = exampleInference(graph)
  return [
    {
      method: 'get',
      path,
      summary: `Inputs and outputs of ${name}`,
      tag,
      answer: jsonSchema(metadataSchema),
    },
    {
      method: 'get',
      path: `${path}/ready`,
      summary: `Whether ${name} takes requests`,
      tag,
      answer: flag('ready'),
    },
    {
      method: 'post',
      path: `${path}/infer`,
      summary: `The ONNX graph: ${takes}`,
      tag,
      request: jsonSchema(inferSchema),
      answer: jsonSchema(inferAnswerSchema),
      ...(example && { example }),
    },
  ]
}

const portText = ({ name, dtype, shape }: Port): string =>
  `${name} ${datatypeOf(dtype)} [${shape.join(', ')}]`

/** The most values that an example shows. */
const MOST_SHOWN = 64

/** A request of one row of zeros; undefined where it would be long. */
function exampleInference({ signature }: NamedGraph): object | undefined {
  const inputs = signature.inputs.map(({ name, dtype, shape }) => {
    const sizes = shape.map((size) => (typeof size === 'number' ? size : 1))
    const size = sizes.reduce((product, one) => product * one, 1)
    const value = dtype === 'bool' ? true : 0
    return { name, datatype: datatypeOf(dtype), shape: sizes, size, value }
  })
  if (inputs.reduce((sum, { size }) => sum + size, 0) > MOST_SHOWN) return undefined
  return {
    inputs: inputs.map(({ size, value, ...input }) => ({
      ...input,
      data: new Array(size).fill(value),
    })),
  }
}
