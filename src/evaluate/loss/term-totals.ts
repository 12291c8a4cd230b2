import { Tensor } from '../../graph/tensor.ts'
import type { Joint, Term, Terms } from '../../models/model.ts'
import type { Arrays } from '../../runtime/session.ts'
import { hostTensor } from '../../tensor/host.ts'
import { meanWithError } from '../statistics/mean.ts'
import type { EvaluatedBatch, EvaluatedSplit } from './evaluated-split.ts'

const minimizedName = (term: string) => `minimized ${term}`
const weightName = (term: string) => `weight ${term}`
const rowsName = (term: string, rows: string) => `rows ${term} ${rows}`

/** The outputs of a batch: numbers of single examples, never one of the whole batch. */
export function outputsOf(terms: Terms): Record<string, Tensor> {
  const outputs: Record<string, Tensor> = {}
  for (const [name, { value, minimized, weight, joint }] of Object.entries(terms)) {
    if (value.rank > 0) outputs[name] = value
    if (minimized && minimized.rank > 0) outputs[minimizedName(name)] = minimized
    // A weight may be any expression.
    if (weight instanceof Tensor) outputs[weightName(name)] = weight
    for (const [rows, expression] of Object.entries(joint?.rows ?? {}))
      outputs[rowsName(name, rows)] = expression
  }
  return outputs
}

/** A term over a whole split. */
export interface Total {
  readonly name: string
  readonly term: Term
  weight: number
  /** Of each example; empty for a joint term. */
  readonly values: Float64Array
  add(results: Arrays, batch: EvaluatedBatch): void
  /** The value of the term, and of what is minimised in its index. */
  sums(): { value: number; minimized: number; count: number }
}

export function total(name: string, term: Term, split: EvaluatedSplit): Total {
  const { value, minimized, weight, joint } = term
  const values = new Float64Array(value.rank > 0 ? split.count : 0)
  const others = new Float64Array(minimized && minimized.rank > 0 ? split.count : 0)
  const rows = joint && chosenRows(name, joint, split)
  return {
    name,
    term,
    weight: typeof weight === 'number' ? weight : 1,
    values,
    add(results, batch) {
      const given = results[weightName(name)]
      if (given) this.weight = Number(given.data[0])
      const each = [
        [values, results[name]],
        [others, results[minimizedName(name)]],
      ] as const
      for (const [of, result] of each)
        if (of.length > 0)
          for (let i = 0; i < batch.count; i++) of[batch.indices[i]!] = Number(result!.data[i])
      rows?.add(results, batch)
    },
    sums() {
      const mean = values.length > 0 ? meanWithError(values).mean : undefined
      const together = joint && rows ? joint.of(rows.arrays) : Number.NaN
      const reported = mean ?? together
      const own = others.length > 0 ? meanWithError(others).mean : together
      return {
        value: reported,
        minimized: minimized ? own : reported,
        count: mean === undefined && rows ? rows.count : split.count,
      }
    },
  }
}

/** The rows of a joint term for the examples that it takes, in the order of their numbers. */
function chosenRows(term: string, { rows, most }: Joint, split: EvaluatedSplit) {
  const chosen = split.chosen(most ?? split.count)
  const rowAt = new Int32Array(split.count).fill(-1)
  chosen.forEach((index, i) => {
    rowAt[index] = i
  })
  const arrays = Object.fromEntries(
    Object.entries(rows).map(([name, { shape }]) => {
      const all = [chosen.length, shape[1] as number]
      return [name, hostTensor('float64', all, new Float64Array(all[0]! * all[1]!))]
    }),
  )
  return {
    count: chosen.length,
    arrays,
    add(results: Arrays, { indices, count }: EvaluatedBatch) {
      for (const [name, { shape, data }] of Object.entries(arrays)) {
        const width = shape[1]!
        const given = results[rowsName(term, name)]!.data as Float32Array
        for (let i = 0; i < count; i++) {
          const to = rowAt[indices[i]!]!
          if (to >= 0) data.set(given.subarray(i * width, (i + 1) * width), to * width)
        }
      }
    },
  }
}
