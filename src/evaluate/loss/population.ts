import type { Population } from '../../distributions/corruption.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { Arrays, Runtime, Session } from '../../runtime/session.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { EvaluatedSplit } from './evaluated-split.ts'

/**
 * Values of all examples of a split that the terms of a batch depend on, such as those that a corruption swaps in.
 */
export interface Populations {
  /** Passed as `Mode.population`. */
  readonly of: (name: string, values: Tensor) => Population
  /** Compiles the graphs of the computed ones, once all have been requested. */
  compiled(runtime: Runtime): Promise<CompiledPopulations>
}

export interface CompiledPopulations {
  /** The inputs that are the examples themselves, for one split. */
  given(split: EvaluatedSplit): Arrays
  /** The inputs that are computed from the examples by the parameters. */
  computed(parameters: Arrays, split: EvaluatedSplit): Promise<Arrays>
  close(): Promise<void>
}

const inputName = (name: string) => `population ${name}`

const flat = (name: string, data: Float32Array): Arrays => ({
  [inputName(name)]: hostTensor('float32', [data.length], data),
})

/** @param x the input with the examples of a batch, `[B, D]` */
export function populations(x: Tensor): Populations {
  const requested = new Map<string, Tensor>()
  return {
    of(name, values) {
      const known = requested.get(name)
      if (known && known !== values) throw new Error(`two populations are called ${name}`)
      requested.set(name, values)
      return {
        values: Tensor.input(inputName(name), [`${name} values`]),
        places: Tensor.input('population places', [x.shape[0]!, 1]),
        others: Tensor.input('population others', []),
      }
    },
    async compiled(runtime) {
      const plain = [...requested].filter(([, values]) => values === x)
      const computed = Object.fromEntries([...requested].filter(([, values]) => values !== x))
      const session = Object.keys(computed).length > 0 ? await runtime.compile(computed) : undefined
      return {
        given(split) {
          if (requested.size === 0) return {}
          const others = hostTensor('float32', [], Float32Array.of(split.count - 1))
          const values = plain.map(([name]) => flat(name, split.ordered().data))
          return Object.assign({ 'population others': others }, ...values)
        },
        async computed(parameters, split) {
          if (!session) return {}
          await session.bind(parameters)
          const all = await orderedResults(session, computed, split)
          return Object.assign({}, ...Object.entries(all).map(([name, rows]) => flat(name, rows)))
        },
        close: async () => session?.close(),
      }
    },
  }
}

/** The outputs of a session for every example of a split, in the order of their numbers. */
async function orderedResults(
  session: Session,
  outputs: Readonly<Record<string, Tensor>>,
  split: EvaluatedSplit,
): Promise<Record<string, Float32Array>> {
  const widths = Object.entries(outputs).map(
    ([name, { shape }]) => [name, shape[1] as number] as const,
  )
  const all = Object.fromEntries(
    widths.map(([name, width]) => [name, new Float32Array(split.count * width)]),
  )
  for (const batch of split.batches) {
    const results = await session.run(batch.feeds())
    for (const [name, width] of widths) {
      const rows = results[name]!.data as Float32Array
      for (let i = 0; i < batch.count; i++) {
        const rank = split.rankOf(batch.indices[i]!)
        all[name]!.set(rows.subarray(i * width, (i + 1) * width), rank * width)
      }
    }
  }
  return all
}
