import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/config/version.ts'
import { type RunningService, serve } from '../../src/server/serve.ts'
import { inferAnswerSchema, metadataSchema } from '../../src/server/v2/schemas.ts'
import { exampleGraph, fakeModel, type Json, post, served } from './served.ts'

let service: RunningService
let url: string
beforeAll(async () => {
  const models = [served('sensors', fakeModel({}), { encoder: exampleGraph() })]
  service = await serve(models, { port: 0, maxRows: 600, batchRows: 4 })
  url = `${service.address}/v2`
})
afterAll(() => service?.drain(0))

const get = async (path: string) => {
  const response = await fetch(url + path)
  return { status: response.status, json: await response.json() }
}

/** Two rows for the graph: totals 1 + 2 + 10 and 4 + 5 + 6 - 1. */
const request = {
  id: '42',
  inputs: [
    { name: 'x', shape: [2, 3], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6] },
    { name: 'n', shape: [2], datatype: 'INT64', data: [10, -1] },
    { name: 'mask', shape: [2, 3], datatype: 'BOOL', data: [true, true, false, true, true, true] },
  ],
}
const changed = (name: string, changes: object) => ({
  inputs: request.inputs.map((input) => (input.name === name ? { ...input, ...changes } : input)),
})
const infer = (body: unknown, headers = {}) => post(`${url}/models/sensors/infer`, body, headers)

describe('the Open Inference Protocol', () => {
  it('describes the server, and says that it lives and is ready', async () => {
    expect(await get('')).toEqual({
      status: 200,
      json: { name: 'latentlab', version: VERSION, extensions: ['binary_tensor_data'] },
    })
    expect(await get('/health/live')).toEqual({ status: 200, json: { live: true } })
    expect(await get('/health/ready')).toEqual({ status: 200, json: { ready: true } })
  })

  it('describes a graph by its own inputs and outputs, with and without a version', async () => {
    const metadata = {
      name: 'sensors.encoder',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'mask', datatype: 'BOOL', shape: [-1, 3] },
        { name: 'x', datatype: 'FP32', shape: [-1, 3] },
        { name: 'n', datatype: 'INT64', shape: [-1] },
      ],
      outputs: [
        { name: 'total', datatype: 'FP32', shape: [-1] },
        { name: 'twice', datatype: 'FP32', shape: [-1, 3] },
        { name: 'known', datatype: 'BOOL', shape: [-1, 3] },
      ],
    }
    for (const path of ['/models/sensors.encoder', '/models/sensors.encoder/versions/1']) {
      const { status, json } = await get(path)
      expect(status).toBe(200)
      const found = metadataSchema.parse(json)
      const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
      expect({ ...found, inputs: found.inputs.sort(byName) }).toEqual({
        ...metadata,
        inputs: metadata.inputs.sort(byName),
      })
    }
    expect(await get('/models/sensors/ready')).toEqual({
      status: 200,
      json: { name: 'sensors', ready: true },
    })
  })

  it('answers a request with its id and all outputs', async () => {
    const { status, json } = await infer(request)
    expect(status).toBe(200)
    expect(inferAnswerSchema.parse(json)).toEqual({
      model_name: 'sensors',
      model_version: '1',
      id: '42',
      outputs: [
        { name: 'total', datatype: 'FP32', shape: [2], data: [13, 14] },
        { name: 'twice', datatype: 'FP32', shape: [2, 3], data: [2, 4, 6, 8, 10, 12] },
        {
          name: 'known',
          datatype: 'BOOL',
          shape: [2, 3],
          data: [true, true, false, true, true, true],
        },
      ],
    })
  })

  it('takes nested data, answers the outputs that are asked for in that order, and no id where none came', async () => {
    const nested = changed('x', {
      data: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    })
    const { json } = await infer({ ...nested, outputs: [{ name: 'twice' }, { name: 'total' }] })
    expect(Object.keys(json)).toEqual(['model_name', 'model_version', 'outputs'])
    expect(json.outputs.map(({ name, data }: Json) => [name, data])).toEqual([
      ['twice', [2, 4, 6, 8, 10, 12]],
      ['total', [13, 14]],
    ])
  })

  it('computes more rows than a call has in parts, and gives all of them', async () => {
    const n = 513
    const { json } = await infer({
      inputs: [
        {
          name: 'x',
          shape: [n, 3],
          datatype: 'FP32',
          data: Array.from({ length: 3 * n }, (_, i) => i),
        },
        { name: 'n', shape: [n], datatype: 'INT64', data: new Array(n).fill(0) },
        { name: 'mask', shape: [n, 3], datatype: 'BOOL', data: new Array(3 * n).fill(true) },
      ],
    })
    expect(json.outputs[0].data).toEqual(Array.from({ length: n }, (_, i) => 9 * i + 3))
    expect(json.outputs[1].shape).toEqual([n, 3])
  })

  it.each([
    ['{', 400, 'body: is not valid JSON'],
    ['', 400, 'body: is empty; expected JSON'],
    ['[]', 400, 'body: expected an object, got []'],
    [{ inputs: [] }, 400, 'inputs: expected at least one input, got []'],
    [{ ...request, id: 42 }, 400, 'id: expected a text, got 42'],
    [changed('x', { name: 'y' }), 400, 'inputs: the model has no input "y"; it takes '],
    [changed('x', { datatype: 'FP64' }), 400, 'inputs: x: expected the datatype FP32, got FP64'],
    [changed('x', { shape: [3, 2] }), 400, 'inputs: x: expected the shape [batch, 3], got [3, 2]'],
    [changed('x', { shape: [6] }), 400, 'inputs: x: expected the shape [batch, 3], got [6]'],
    [changed('x', { shape: [0, 3], data: [] }), 400, 'expected the shape [batch, 3], got [0, 3]'],
    [changed('x', { shape: [-1, 3] }), 400, 'inputs.0.shape.0: expected a whole number'],
    [changed('x', { data: [1, 2] }), 400, 'inputs: x: the shape [2, 3] needs 6 values, got 2'],
    [
      changed('x', { data: [1, 2, 'a', 4, 5, 6] }),
      400,
      'inputs: x: value 2 (counted from 0) is "a"; expected a number in the range of float32',
    ],
    [
      changed('x', {
        data: [
          [1, 2, 3],
          [4, 5],
        ],
      }),
      400,
      'inputs: x: a list of 2 values; expected 3',
    ],
    [changed('x', { data: [1, 2, 3, 4, 5, 1e39] }), 400, 'value 5 (counted from 0) is 1e+39'],
    [changed('n', { data: [1, 0.5] }), 400, 'inputs: n: value 1 (counted from 0) is 0.5'],
    [changed('n', { data: [1, 2 ** 53] }), 400, 'expected a whole number that JSON holds exactly'],
    [changed('mask', { data: [1, 1, 1, 1, 1, 1] }), 400, 'is 1; expected true or false'],
    [changed('n', { shape: [1], data: [1] }), 400, 'rows and n has 1; expected as many'],
    [{ inputs: request.inputs.slice(0, 2) }, 400, 'inputs: mask is missing'],
    [{ inputs: [...request.inputs, request.inputs[0]] }, 400, 'inputs: x is given twice'],
    [{ ...request, outputs: [{ name: 'z' }] }, 400, 'outputs: the model has no output "z"; it has'],
    [changed('n', { data: undefined }), 400, 'inputs: n: has neither data nor the parameter'],
  ])('refuses %j', async (body, status, message) => {
    const { status: found, json } = await infer(body)
    expect(Object.keys(json)).toEqual(['error'])
    expect(json.error).toContain(message)
    expect(found).toBe(status)
  })

  it('refuses more rows than a request may have', async () => {
    const { status, json } = await infer({
      inputs: [
        { name: 'x', shape: [601, 3], datatype: 'FP32', data: new Array(1803).fill(0) },
        { name: 'n', shape: [601], datatype: 'INT64', data: new Array(601).fill(0) },
        { name: 'mask', shape: [601, 3], datatype: 'BOOL', data: new Array(1803).fill(true) },
      ],
    })
    expect([status, json.error]).toEqual([
      400,
      'inputs: 601 rows; expected at most 600 in a request',
    ])
  })

  it('knows no other model, version or method', async () => {
    expect(await get('/models/decoder')).toEqual({
      status: 404,
      json: { error: 'decoder: there is no such model; there are sensors, sensors.encoder' },
    })
    expect(await get('/models/sensors/versions/2')).toEqual({
      status: 404,
      json: { error: 'sensors: there is no version 2; there is 1' },
    })
    expect((await post(`${url}/models/sensors/versions/1/infer`, request)).status).toBe(200)
    const { status, headers, json } = await post(`${url}/health/live`, {})
    expect([status, headers.get('allow')]).toEqual([405, 'GET'])
    expect(json.error).toBe('POST: expected GET at this address')
  })
})
