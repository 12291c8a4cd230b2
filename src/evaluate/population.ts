import type { Population } from '../distributions/corruption.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import type { EvaluatedSplit } from './evaluated-split.ts'

/** Values of all examples of a split that the terms of a batch read, such as those that others are swapped with. */
export interface Populations {
  /** What a pass is given as `Mode.population`. */
  readonly of: (name: string, values: Tensor) => Population
  /** Compiles what they are computed by, once all have been asked for. */
  compiled(runtime: Runtime): Promise<{
    /** The inputs that stand for them, for one split. */
    feeds(parameters: Arrays, split: EvaluatedSplit, withLabels: boolean): Promise<Arrays>
    release(): Promise<void>
  }>
}

/** @param x the input that the examples of a batch are, `[B, D]` */
export function populations(x: Tensor): Populations {
  const asked = new Map<string, Tensor>()
  const size = x.shape[0] as number
  const inputName = (name: string) => `population ${name}`
  return {
    of(name, values) {
      const known = asked.get(name)
      if (known && known !== values) throw new Error(`two populations are called ${name}`)
      asked.set(name, values)
      return {
        values: Tensor.input(inputName(name), [`${name} values`]),
        places: Tensor.input('population places', [size, 1]),
        others: Tensor.input('population others', []),
      }
    },
    async compiled(runtime) {
      const computed = Object.fromEntries([...asked].filter(([, values]) => values !== x))
      const names = Object.keys(computed)
      const session = names.length > 0 ? await runtime.compile(computed) : undefined
      return {
        async feeds(parameters, split, withLabels) {
          if (asked.size === 0) return {}
          const arrays = new Map<string, Float32Array>()
          for (const [name, values] of asked)
            arrays.set(
              name,
              values === x
                ? split.ordered().data
                : new Float32Array(split.count * (values.shape[1] as number)),
            )
          await session?.bind(parameters)
          if (session)
            for (const batch of split.batches(size)) {
              const results = await session.run(split.feeds(batch, withLabels))
              for (const name of names) {
                const width = computed[name]!.shape[1] as number
                const rows = results[name]!.data as Float32Array
                for (let i = 0; i < batch.count; i++)
                  arrays
                    .get(name)!
                    .set(
                      rows.subarray(i * width, (i + 1) * width),
                      split.ranks[batch.places[i]!]! * width,
                    )
              }
            }
          const others = hostTensor('float32', [], Float32Array.of(split.count - 1))
          return {
            'population others': others,
            ...Object.fromEntries(
              [...arrays].map(([name, data]) => [
                inputName(name),
                hostTensor('float32', [data.length], data),
              ]),
            ),
          }
        },
        release: async () => session?.release(),
      }
    },
  }
}
