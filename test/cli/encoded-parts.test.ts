import { expect, it } from 'vitest'
import type { Run } from '../../src/app/run/load.ts'
import { encodedParts } from '../../src/cli/commands/encode.ts'
import { hostTensor } from '../../src/tensor/host.ts'

it('codes are computed of a few megabytes of examples after the other', async () => {
  const [count, dimension] = [2500, 2000]
  const read: [number, number][] = []
  const examples = {
    count,
    ofSplit: true,
    labelled: true,
    part(start: number, end: number) {
      read.push([start, end])
      const values = new Float32Array((end - start) * dimension)
      for (let i = start; i < end; i++) values[(i - start) * dimension] = i
      const labels = Int32Array.from({ length: end - start }, (_, i) => 10 * (start + i))
      return { values: hostTensor('float32', [end - start, dimension], values), labels }
    },
  }
  /** A code is the first value of its example. */
  const run = {
    model: { info: { dimension }, latent: 1 },
    encode: async ({ shape, data }: { shape: readonly number[]; data: Float32Array }) =>
      hostTensor(
        'float32',
        [shape[0]!, 1],
        data.filter((_, at) => at % dimension === 0),
      ),
  } as unknown as Run
  const codes: number[] = []
  const labels: number[] = []
  for await (const part of encodedParts(run, examples)) {
    codes.push(...part.codes.data)
    labels.push(...Array.from(part.labels!))
  }
  expect(read).toEqual([
    [0, 1000],
    [1000, 2000],
    [2000, 2500],
  ])
  expect(codes).toEqual(Array.from({ length: count }, (_, i) => i))
  expect(labels).toEqual(codes.map((i) => 10 * i))
})
