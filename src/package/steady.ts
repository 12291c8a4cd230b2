import { NEIGHBOURS, positionsOf } from '../answers/anomaly/distance-scorer.ts'
import type { ScoredExamples } from '../answers/anomaly/example-scorer.ts'
import { gatherRows } from '../data/gather-rows.ts'
import { wholeNumbers } from '../data/indices.ts'
import type { Arrays } from '../runtime/session.ts'
import { type Floats, type HostTensor, hostTensor } from '../tensor/host.ts'
import type { TrainedModel } from '../train/trained.ts'

/**
 * Distances that differ by less than this share of them count as equal: another runtime, which sums in another order, may
 * swap them.
 */
const NEAR = 1e-4

/**
 * The rows whose nearest training examples are the same whatever the order in which a runtime sums. Where the fifth and the
 * sixth are as near, and are not the same, rounding decides whose differences make up the shares.
 */
export async function rowsOfSteadyNeighbours(
  trained: TrainedModel,
  training: ScoredExamples,
  examples: ScoredExamples,
): Promise<number[]> {
  const references = await positionsOf(trained, training)
  const own = await positionsOf(trained, examples)
  const rows = Array.from({ length: own.shape[0]! }, (_, row) => row)
  return rows.filter((row) => isSteady(rowOf(own, row), references))
}

function isSteady(own: Float32Array, references: Floats): boolean {
  const count = references.shape[0]!
  const k = Math.min(NEIGHBOURS, count)
  const distances = Float64Array.from({ length: count }, (_, i) =>
    Math.sqrt(own.reduce((sum, x, j) => sum + (x - references.data[i * own.length + j]!) ** 2, 0)),
  )
  const last = distances.toSorted()[k - 1]!
  const near = NEAR * last
  const isTied = (distance: number) => Math.abs(distance - last) <= near
  const within = distances.reduce((sum, distance) => sum + Number(distance <= last + near), 0)
  if (within === k) return true
  const tied = [...distances.keys()].filter((i) => isTied(distances[i]!))
  const first = rowOf(references, tied[0]!)
  return tied.every((i) => rowOf(references, i).every((x, j) => Math.abs(x - first[j]!) <= near))
}

const rowOf = ({ data, shape }: Floats, row: number): Float32Array =>
  data.subarray(row * shape[1]!, (row + 1) * shape[1]!)

/** The codes nearest to which, on both sides, the likeliest categories are the same: no two of them are nearly as likely. */
export async function rowsOfSteadyCategories(
  z: Floats,
  decode: (z: Floats) => Promise<Arrays>,
): Promise<number[]> {
  const rows = Array.from({ length: z.shape[0]! }, (_, row) => row)
  const found: HostTensor[] = []
  for (const factor of [1, 1 - NEAR, 1 + NEAR]) {
    const { categories } = await decode(
      hostTensor(
        'float32',
        z.shape,
        z.data.map((x) => x * factor),
      ),
    )
    if (!categories) return rows
    found.push(categories)
  }
  const [own, ...others] = found.map(({ data }) => data as BigInt64Array)
  const width = own!.length / rows.length
  const isSame = (at: number) => others.every((other) => other[at] === own![at])
  return rows.filter((row) => !wholeNumbers(0, width).some((j) => !isSame(row * width + j)))
}

/** These rows of arrays. */
export const pickedRows = (arrays: Arrays, rows: readonly number[]): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, gatherRows(array, rows)]))
