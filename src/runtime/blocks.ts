import { conv } from '../graph/blocked-convolution.ts'
import { inBlocks, outOfBlocks } from '../graph/layout.ts'
import { writeModel } from '../graph/lower.ts'
import { Tensor } from '../graph/tensor.ts'
import { hostTensor, sizeOf } from '../tensor/host.ts'
import { type Engine, OPSET, onnxSession } from './onnx.ts'

/** Channels to a block, by the vectors of the processor: AVX-512, and AVX2 or NEON. */
const candidates = [16, 8]

const known = new WeakMap<Engine['ort'], Promise<number>>()

/**
 * Size of the channel blocks of ONNX Runtime's own convolution on this processor, found by trying, once;
 * 0 where it has none, as in WebAssembly. Nothing promises these ops, so they are used only where they
 * have been seen to compute what ONNX's convolution does.
 */
export function blockSize(engine: Engine): Promise<number> {
  const before = known.get(engine.ort)
  if (before) return before
  const found = firstThatAgrees(engine)
  known.set(engine.ort, found)
  return found
}

async function firstThatAgrees(engine: Engine): Promise<number> {
  for (const b of candidates) if (await agrees(engine, b)) return b
  return 0
}

/** Whether blocks of this size give what the plain convolution gives, on whole numbers, bit by bit. */
async function agrees(engine: Engine, b: number): Promise<boolean> {
  const x = Tensor.input('x', [1, 2 * b, 3, 4])
  const w = Tensor.input('w', [2 * b, 2 * b, 3, 3])
  const attributes = { strides: [1, 1], padding: [1, 1, 1, 1], dilations: [1, 1] } as const
  const plain = x.conv2d(w, attributes).relu()
  const blocked = outOfBlocks(conv(inBlocks(x, b), w, b, attributes).relu())
  try {
    const model = writeModel({ plain, blocked }, OPSET)
    const session = await onnxSession(engine, model, { device: 'cpu', threads: 1 })
    const results = await session.run({ x: wholeNumbers(x), w: wholeNumbers(w) })
    await session.release()
    const expected = results.plain!.data as Float32Array
    return (results.blocked!.data as Float32Array).every((value, i) => value === expected[i])
  } catch {
    return false
  }
}

function wholeNumbers(x: Tensor) {
  const shape = x.shape as readonly number[]
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 37) % 11) - 5)
  return hostTensor('float32', shape, data)
}
