// One convolution of Latentlab's, or one of its two gradients, as it stands within a network: plain ONNX, or
// in blocks between values that are in blocks.
import * as ort from 'onnxruntime-node'
import { built } from './built.mjs'
import { serve } from './serve.mjs'

const MODULES = {
  'graph/autodiff.js': ['gradients'],
  'graph/blocked-convolution.js': ['conv', 'kernelGradient', 'transposedConv'],
  'graph/layout.js': ['exchangedOutOfBlocks'],
  'graph/tensor.js': ['Tensor'],
  'runtime/blocks.js': ['blockSize'],
  'runtime/local.js': ['localRuntime'],
  'tensor/host.js': ['hostTensor', 'sizeOf'],
}

function plain(lab, op, { x, w, dy, attributes }) {
  const y = x.conv2d(w, attributes)
  const [dx, dw] = lab.gradients(y.mul(dy).sum(), [x, w])
  return { forward: y, input: dx, kernel: dw }[op]
}

function inBlocks(lab, op, { x, w, dy, b, attributes, inputShape }) {
  const { strides, dilations, padding } = attributes
  if (op === 'forward') return lab.conv(x, w, b, attributes)
  if (op === 'input') {
    const outputPadding = [0, 0]
    const phases = lab.transposedConv(dy, w, b, { ...attributes, outputPadding }, inputShape)
    return phases.join(phases.parts)
  }
  const correlation = { strides: dilations, dilations: strides, padding }
  return lab.exchangedOutOfBlocks(lab.kernelGradient(x, dy, b, correlation))
}

/**
 * @param {import('../conv.js').OpSetting & { threads: number, blocks: boolean }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
async function openOp({ x: inputShape, w: kernelShape, stride, op, threads, blocks }) {
  const lab = await built(MODULES)
  const b = blocks ? await lab.blockSize({ ort, preallocates: true }) : 0
  if (blocks && b === 0)
    throw new Error('ONNX Runtime has no blocked convolution on this processor')
  const attributes = { strides: [stride, stride], padding: [1, 1, 1, 1], dilations: [1, 1] }
  const w = lab.Tensor.input('w', kernelShape)
  const outputShape = lab.Tensor.input('x', inputShape).conv2d(w, attributes).shape
  const stored = ([n, c, h, v]) => (blocks ? [n, c / b, h, v, b] : [n, c, h, v])
  const x = lab.Tensor.input('x', stored(inputShape))
  const dy = lab.Tensor.input('dy', stored(outputShape))
  const result = blocks
    ? inBlocks(lab, op, { x, w, dy, b, attributes, inputShape })
    : plain(lab, op, { x, w, dy, attributes })
  const runtime = lab.localRuntime(ort, '', { device: 'cpu', threads })
  const session = await runtime.compile({ result })
  const random = (/** @type {readonly number[]} */ shape) =>
    lab.hostTensor(
      'float32',
      shape,
      Float32Array.from({ length: lab.sizeOf(shape) }, () => Math.random() - 0.5),
    )
  await session.bind({ w: random(kernelShape), x: random(x.shape), dy: random(dy.shape) })
  return {
    version: 'onnxruntime-node',
    async run(steps) {
      const start = performance.now()
      for (let i = 0; i < steps; i++) await session.run({})
      return { ms: (performance.now() - start) / steps, loss: null }
    },
    close: () => session.close(),
  }
}

await serve(openOp)
