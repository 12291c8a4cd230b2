import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningService, serve } from '../../src/server/serve.ts'
import { inferRequest } from '../../src/server/v2/request.ts'
import { inferAnswer } from '../../src/server/v2/response.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { exampleGraph, fakeModel, type Json, served } from './served.ts'

let service: RunningService
beforeAll(async () => {
  const models = [served('sensors', fakeModel({}), { encoder: exampleGraph() })]
  service = await serve(models, { port: 0 })
})
afterAll(() => service?.drain(0))

/** One row, x = (1, 2, -0.5) in little-endian float32, n = -2 as int64, mask = (1, 1, 0). */
const X = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0, 0xbf]
const N = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
const MASK = [1, 1, 0]

const tensors = (sizes = [12, 8, 3]) => [
  { name: 'x', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: sizes[0] } },
  { name: 'n', shape: [1], datatype: 'INT64', parameters: { binary_data_size: sizes[1] } },
  { name: 'mask', shape: [1, 3], datatype: 'BOOL', parameters: { binary_data_size: sizes[2] } },
]

/** Posts JSON and the bytes behind it. */
async function infer(
  document: object,
  bytes: readonly number[],
  jsonLength?: string,
): Promise<{ status: number; json: Json; bytes: number[]; headers: Headers }> {
  const json = new TextEncoder().encode(JSON.stringify(document))
  const response = await fetch(`${service.address}/v2/models/sensors/infer`, {
    method: 'POST',
    body: Uint8Array.from([...json, ...bytes]),
    headers: {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': jsonLength ?? String(json.length),
    },
  })
  const body = new Uint8Array(await response.arrayBuffer())
  const head = Number(response.headers.get('inference-header-content-length') ?? body.length)
  return {
    status: response.status,
    headers: response.headers,
    json: JSON.parse(new TextDecoder().decode(body.subarray(0, head))),
    bytes: [...body.subarray(head)],
  }
}

describe('the binary tensor data extension', () => {
  it('takes tensors as bytes behind the JSON, in the order of the inputs, and answers JSON', async () => {
    const { status, json, bytes, headers } = await infer({ inputs: tensors() }, [
      ...X,
      ...N,
      ...MASK,
    ])
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(bytes).toEqual([])
    expect(json.outputs).toEqual([
      { name: 'total', datatype: 'FP32', shape: [1], data: [1] },
      { name: 'twice', datatype: 'FP32', shape: [1, 3], data: [2, 4, -1] },
      { name: 'known', datatype: 'BOOL', shape: [1, 3], data: [true, true, false] },
    ])
  })

  it('answers bytes where an output asks for them, and JSON for the others', async () => {
    const outputs = [
      { name: 'twice', parameters: { binary_data: true } },
      { name: 'total' },
      { name: 'known', parameters: { binary_data: true } },
    ]
    const { json, bytes, headers } = await infer({ inputs: tensors(), outputs }, [
      ...X,
      ...N,
      ...MASK,
    ])
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(json.outputs).toEqual([
      { name: 'twice', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } },
      { name: 'total', datatype: 'FP32', shape: [1], data: [1] },
      { name: 'known', datatype: 'BOOL', shape: [1, 3], parameters: { binary_data_size: 3 } },
    ])
    expect(bytes).toEqual([0, 0, 0, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0x80, 0xbf, 1, 1, 0])
  })

  it('answers all outputs as bytes with binary_data_output, but for those that say otherwise', async () => {
    const parameters = { binary_data_output: true }
    const all = await infer({ parameters, inputs: tensors() }, [...X, ...N, ...MASK])
    expect(all.json.outputs.map(({ parameters }: Json) => parameters)).toEqual([
      { binary_data_size: 4 },
      { binary_data_size: 12 },
      { binary_data_size: 3 },
    ])
    expect(all.bytes).toHaveLength(19)
    const outputs = [{ name: 'total', parameters: { binary_data: false } }, { name: 'known' }]
    const some = await infer({ parameters, inputs: tensors(), outputs }, [...X, ...N, ...MASK])
    expect(some.json.outputs[0].data).toEqual([1])
    expect(some.bytes).toEqual([1, 1, 0])
  })

  it('mixes tensors in JSON and in bytes', async () => {
    const inputs = tensors()
    inputs[0] = { name: 'x', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] } as never
    const { json } = await infer({ inputs }, [...N, ...MASK])
    expect(json.outputs[1].data).toEqual([2, 4, 6])
  })

  it.each([
    [{ inputs: tensors() }, [...X, ...N], undefined, 'expected 3 bytes behind the JSON, got 0'],
    [
      { inputs: tensors() },
      [...X, ...N, ...MASK, 7],
      undefined,
      '24 bytes follow the JSON; expected 23',
    ],
    [
      { inputs: tensors([8, 12, 3]) },
      [...X, ...N, ...MASK],
      undefined,
      'has 12 bytes, got a binary_data_size of 8',
    ],
    [
      { inputs: tensors([-1, 8, 3]) },
      [...X, ...N, ...MASK],
      undefined,
      'expected a number of bytes, got -1',
    ],
    [{ inputs: tensors() }, [...X, ...N, 1, 1, 2], undefined, 'a BOOL is a byte 0 or 1, got 2'],
    [
      { inputs: tensors() },
      [...X, ...N, ...MASK],
      '99999',
      'expected the length of the JSON, at most',
    ],
    [{ inputs: tensors() }, [...X, ...N, ...MASK], '-3', 'at most the '],
    [{ inputs: tensors() }, [...X, ...N, ...MASK], '10', 'body: is not valid JSON'],
    [
      { parameters: { binary_data_output: 1 }, inputs: tensors() },
      [...X, ...N, ...MASK],
      undefined,
      'binary_data_output: expected true or false, got 1',
    ],
  ])('refuses %j', async (document, bytes, length, message) => {
    const { status, json } = await infer(document, bytes, length)
    expect(json.error).toContain(message)
    expect(status).toBe(400)
  })
})

/**
 * The examples of the protocol's own documents: inference_rest.md of the Open Inference Protocol, and
 * extension_binary_data.md of Triton. Their UINT32 is INT32 here, as no graph of a package has UINT32, and the one value that the first
 * gives for the three of `input1` is written three times.
 */
describe("the examples of the protocol's documents", () => {
  const signature = {
    inputs: [
      { name: 'input0', dtype: 'int32', shape: [2, 2] },
      { name: 'input1', dtype: 'bool', shape: [3] },
    ],
    outputs: [{ name: 'output0', dtype: 'float32', shape: [3, 2] }],
    hasRows: false,
  } as const
  const arrays = {
    output0: hostTensor('float32', [3, 2], Float32Array.of(1, 1.5, 2, 2.5, 3, 3.5)),
  }
  const model = { name: 'mymodel', version: '1' }

  it('are read and answered in JSON', () => {
    const text = `{
      "id" : "42",
      "inputs" : [
        { "name" : "input0", "shape" : [ 2, 2 ], "datatype" : "INT32", "data" : [ 1, 2, 3, 4 ] },
        { "name" : "input1", "shape" : [ 3 ], "datatype" : "BOOL", "data" : [ true, true, true ] }
      ],
      "outputs" : [ { "name" : "output0" } ]
    }`
    const request = inferRequest(new TextEncoder().encode(text), undefined, signature)
    expect(request.feeds.input0).toEqual(hostTensor('int32', [2, 2], Int32Array.of(1, 2, 3, 4)))
    expect(request.feeds.input1).toEqual(hostTensor('bool', [3], Uint8Array.of(1, 1, 1)))
    expect(JSON.parse(inferAnswer(model, request, arrays).body as string)).toEqual({
      model_name: 'mymodel',
      model_version: '1',
      id: '42',
      outputs: [
        { name: 'output0', shape: [3, 2], datatype: 'FP32', data: [1, 1.5, 2, 2.5, 3, 3.5] },
      ],
    })
  })

  it('are read and answered in bytes', () => {
    const text = `{
      "model_name" : "mymodel",
      "inputs" : [
        { "name" : "input0", "shape" : [ 2, 2 ], "datatype" : "INT32", "parameters" : { "binary_data_size" : 16 } },
        { "name" : "input1", "shape" : [ 3 ], "datatype" : "BOOL", "parameters" : { "binary_data_size" : 3 } }
      ],
      "outputs" : [ { "name" : "output0", "parameters" : { "binary_data" : true } } ]
    }`
    const json = new TextEncoder().encode(text)
    const body = Uint8Array.from([
      ...json,
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0xff,
      0xff,
      0xff,
      0xff,
      4,
      0,
      0,
      0,
      1,
      0,
      1,
    ])
    const request = inferRequest(body, String(json.length), signature)
    expect(request.feeds.input0!.data).toEqual(Int32Array.of(1, 256, -1, 4))
    expect(request.feeds.input1!.data).toEqual(Uint8Array.of(1, 0, 1))
    const { body: answer, jsonLength } = inferAnswer(model, request, arrays)
    expect(answer.length).toBe(jsonLength! + 24)
    const head = new TextDecoder().decode((answer as Uint8Array).subarray(0, jsonLength))
    expect(JSON.parse(head).outputs).toEqual([
      { name: 'output0', shape: [3, 2], datatype: 'FP32', parameters: { binary_data_size: 24 } },
    ])
    expect([...(answer as Uint8Array).subarray(-4)]).toEqual([0, 0, 0x60, 0x40])
  })
})
