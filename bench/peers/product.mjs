// No competitor but the measure of the machine: one large float32 product in ONNX Runtime.
import { readFileSync } from 'node:fs'
import { create, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { serve } from './serve.mjs'

await serve(async ({ threads, size }) => {
  const session = await InferenceSession.create(productModel(size), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  })
  const feeds = { a: randomMatrix(size), b: randomMatrix(size) }
  const fetches = { c: randomMatrix(size) }
  return {
    version: installedVersion(),
    async run(steps) {
      const start = performance.now()
      for (let i = 0; i < steps; i++) await session.run(feeds, fetches)
      return { ms: (performance.now() - start) / steps, loss: null }
    },
    close: () => session.release(),
  }
})

function randomMatrix(size) {
  const values = Float32Array.from({ length: size ** 2 }, () => Math.random() - 0.5)
  return new Tensor('float32', values, [size, size])
}

function productModel(size) {
  const dim = [size, size].map((value) => ({ value: { case: 'dimValue', value: BigInt(value) } }))
  const matrix = (name) => ({
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: TensorProto_DataType.FLOAT, shape: { dim } },
      },
    },
  })
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'product',
      node: [{ opType: 'MatMul', input: ['a', 'b'], output: ['c'] }],
      input: [matrix('a'), matrix('b')],
      output: [matrix('c')],
    },
  })
  return toBinary(ModelProtoSchema, model)
}

function installedVersion() {
  const file = new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}
