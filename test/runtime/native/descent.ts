import { fedRows, type LoopProgram } from '../../../src/graph/loop.ts'
import { scalar, Tensor } from '../../../src/graph/tensor.ts'
import type { Arrays, LoopSession } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { floats, indices } from '../../graph/arrays.ts'

/** Gradient descent on |gathered rows · w - 1|², with a count of steps as an int64 state. */
export function descent(): LoopProgram {
  const w = Tensor.input('w', [5, 3])
  const count = Tensor.input('count', [], 'int64')
  const rate = fedRows('rate', [])
  const index = fedRows('index', [4], 'int64')
  const x = Tensor.input('data', [20, 5]).gather(index.row)
  const error = x.matmul(w).sub(1)
  const slope = x.transpose([1, 0]).matmul(error)
  return {
    state: {
      w: { input: w, next: w.sub(slope.mul(rate.row)) },
      count: {
        input: count,
        next: count.add(scalar(1).cast('int64')),
      },
    },
    rows: { [rate.name]: rate.rows, [index.name]: index.rows },
    reports: { loss: error.square().sum() },
    summary: { size: w.square().sum() },
  }
}

export const start: Arrays = {
  w: floats(1, [5, 3]),
  count: hostTensor('int64', [], BigInt64Array.of(7n)),
}
export const data = floats(2, [20, 5])
export const feedsOf = (seed: number, steps: number): Arrays => ({
  rate: hostTensor('float64', [steps], new Float64Array(steps).fill(0.01)),
  index: indices(seed, [steps, 4], 20),
})

export async function descended(session: LoopSession, calls: readonly number[]) {
  await session.bind({ data, unread: data })
  await session.load(start)
  const results: Arrays[] = []
  for (const [i, steps] of calls.entries())
    results.push(await session.run(steps, feedsOf(i, steps)))
  const found = { results, state: await session.state(), before: await session.previousState() }
  await session.close()
  return found
}
