import { conv } from '../graph/blocked-convolution.ts'
import { inBlocks, outOfBlocks } from '../graph/layout.ts'
import { Tensor } from '../graph/tensor.ts'
import { writeModel } from '../graph/write-model.ts'
import { hostTensor, sizeOf } from '../tensor/host.ts'
import { type Engine, OPSET, onnxSession } from './onnx.ts'
import type { Arrays } from './session.ts'

/** More channels than any processor's blocks have: 16 with AVX-512, 8 with AVX2 or NEON. */
const CHANNELS = 64

const known = new WeakMap<Engine['ort'], Promise<number>>()

/**
 * Size of the channel blocks of ONNX Runtime's own convolution on this processor, found once by trying; 0
 * where it has none, as in WebAssembly. These ops are undocumented, so they are used only where a trial has
 * given the results of ONNX's convolution.
 */
export function blockSize(engine: Engine): Promise<number> {
  const before = known.get(engine.ort)
  if (before) return before
  const found = tried(engine).catch(() => 0)
  known.set(engine.ort, found)
  return found
}

async function tried(engine: Engine): Promise<number> {
  const b = await blockOfLayout(engine)
  return b > 1 && CHANNELS % b === 0 && (await agrees(engine, b)) ? b : 0
}

/** How many channels lie side by side: each has two positions, numbered one after the other. */
async function blockOfLayout(engine: Engine): Promise<number> {
  const x = Tensor.input('x', [1, CHANNELS, 1, 2])
  const moved = Tensor.apply('intoBlocks', [x], { size: CHANNELS })
  const positions = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i)
  const { memory } = await computed(
    engine,
    { memory: moved },
    { x: hostTensor('float32', [1, CHANNELS, 1, 2], positions) },
  )
  return (memory!.data as Float32Array).findIndex((position, i) => position !== 2 * i)
}

/** Whether blocks of this size give the bits of the plain convolution. Values are whole numbers, so exact. */
async function agrees(engine: Engine, b: number): Promise<boolean> {
  const x = Tensor.input('x', [1, 2 * b, 3, 4])
  const w = Tensor.input('w', [2 * b, 2 * b, 3, 3])
  const attributes = { strides: [1, 1], padding: [1, 1, 1, 1], dilations: [1, 1] } as const
  const outputs = {
    plain: x.conv2d(w, attributes).relu(),
    blocked: outOfBlocks(conv(inBlocks(x, b), w, b, attributes).relu()),
  }
  const feeds = { x: wholeNumbers(x), w: wholeNumbers(w) }
  const { plain, blocked } = await computed(engine, outputs, feeds)
  const expected = plain!.data as Float32Array
  return (blocked!.data as Float32Array).every((value, i) => value === expected[i])
}

function wholeNumbers(x: Tensor) {
  const shape = x.shape as readonly number[]
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 37) % 11) - 5)
  return hostTensor('float32', shape, data)
}

async function computed(
  engine: Engine,
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Arrays,
): Promise<Arrays> {
  const model = writeModel(outputs, OPSET)
  const session = await onnxSession(engine, model, { device: 'cpu', threads: 1 })
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}
