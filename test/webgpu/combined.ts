import type { LoopProgram } from '../../src/graph/loop.ts'
import { inputsOf } from '../../src/graph/lower.ts'
import { substitute } from '../../src/graph/substitute.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import type { RandomLoop } from '../graph/random-loops.ts'
import type { Feeds } from '../graph/runtime.ts'
import type { Trial } from '../graph/runtime-cases.ts'

/** Expressions over inputs whose names have a number before them, so that those of several graphs differ. */
function numbered(outputs: readonly Tensor[], k: number): Tensor[] {
  const renamed = [...inputsOf(outputs)].map(([name, input]) => {
    return [input, Tensor.input(nameOf(k, name), input.shape, input.dtype)] as const
  })
  return substitute(outputs, new Map(renamed))
}

const nameOf = (k: number, name: string) => `${k} ${name}`

/** A record with a number before every name. */
const named = <T>(record: Readonly<Record<string, T>>, k: number): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [nameOf(k, name), value]))

const merged = <T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> =>
  Object.assign({}, ...records)

/** Several trials as one graph, since a device compiles a few long shaders sooner than many short ones. */
export function combinedTrials(trials: readonly Trial[]): {
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly feeds: Feeds
} {
  const outputs = trials.map((trial, k) =>
    named(Object.fromEntries(numbered(trial.outputs, k).entries()), k),
  )
  return { outputs: merged(outputs), feeds: merged(trials.map(({ feeds }, k) => named(feeds, k))) }
}

/** Several loops as one. */
export function combinedLoops(loops: readonly RandomLoop[]): RandomLoop {
  return {
    program: {
      state: merged(loops.map(({ program }, k) => named(numberedState(program, k), k))),
      reports: merged(loops.map(({ program }, k) => named(numberedValues(program.reports, k), k))),
      rows: {},
      summary: merged(loops.map(({ program }, k) => named(numberedValues(program.summary, k), k))),
    },
    state: merged(loops.map(({ state }, k) => named(state, k))),
    feeds: merged(loops.map(({ feeds }, k) => named(feeds, k))),
  }
}

function numberedValues(values: Readonly<Record<string, Tensor>>, k: number) {
  const made = numbered(Object.values(values), k)
  return Object.fromEntries(Object.keys(values).map((name, i) => [name, made[i]!]))
}

function numberedState({ state }: LoopProgram, k: number): LoopProgram['state'] {
  const all = Object.values(state)
  const next = numbered(
    all.map((carried) => carried.next),
    k,
  )
  const inputs = numbered(
    all.map((carried) => carried.input),
    k,
  )
  return Object.fromEntries(
    Object.keys(state).map((name, i) => [name, { input: inputs[i]!, next: next[i]! }]),
  )
}
