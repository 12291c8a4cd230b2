import type { Tensor } from '../../src/graph/tensor.ts'
import { localRuntime } from '../../src/runtime/local.ts'
import type { Arrays, Runtime } from '../../src/runtime/session.ts'
import { kernels } from '../runtime/native/native.ts'
import { keeping } from './kept-sessions.ts'

/** ONNX Runtime on the test's own thread. */
export const onnx = (threads = 1): Runtime =>
  localRuntime(keeping, 'onnxruntime-node', { device: 'cpu', threads })

/** The same with loops of native kernels. */
export const native = (threads = 1): Runtime =>
  localRuntime(keeping, 'onnxruntime-node', { device: 'cpu', threads }, {}, kernels)

/** What trains, by name: everything that holds for one holds for the other. */
export const paths = [
  ['plain ONNX', onnx],
  ['native kernels', native],
] as const

/** The value of one expression, computed once. */
export async function computed(runtime: Runtime, expression: Tensor, feeds: Arrays = {}) {
  const session = await runtime.compile({ value: expression })
  try {
    return (await session.run(feeds)).value!
  } finally {
    await session.close()
  }
}

/** The same as plain numbers. */
export async function numbersOf(
  runtime: Runtime,
  expression: Tensor,
  feeds: Arrays = {},
): Promise<number[]> {
  const { data } = await computed(runtime, expression, feeds)
  return Array.from(data as ArrayLike<number>, Number)
}

/** Mean, variance and kurtosis (3 for a normal) of a sample. */
export function moments(sample: readonly number[]) {
  const average = (f: (x: number) => number) =>
    sample.reduce((sum, x) => sum + f(x), 0) / sample.length
  const mean = average((x) => x)
  const variance = average((x) => (x - mean) ** 2)
  return { mean, variance, kurtosis: average((x) => (x - mean) ** 4) / variance ** 2 }
}

/** Pearson's correlation of two samples of one length. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [moments(a), moments(b)]
  const products = a.reduce((sum, x, i) => sum + (x - p.mean) * (b[i]! - q.mean), 0)
  return products / a.length / Math.sqrt(p.variance * q.variance)
}
