import type { DataSet } from '../../src/data/dataset.ts'
import { openDataSet } from '../../src/data/open.ts'
import type { Laboratory } from '../../src/reproduce/laboratory.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { onnx } from '../train/onnx.ts'

/** A laboratory without trained models. */
export function bareLaboratory(changes: Partial<Laboratory> = {}): Laboratory {
  let mnist: Promise<DataSet> | undefined
  return {
    seed: 0,
    runtime: onnx(),
    reference: referenceRuntime,
    data: () => (mnist ??= openDataSet({ data: 'mnist', seed: 0, binarize: 'none' })),
    features() {
      throw new Error('nothing is classified in this laboratory')
    },
    trained() {
      throw new Error('nothing is trained in this laboratory')
    },
    onStage() {},
    ...changes,
  }
}

/** A runtime all of whose results are off by the same number. */
export function shifted(runtime: Runtime, by: number): Runtime {
  return {
    ...runtime,
    async compile(outputs) {
      const session = await runtime.compile(outputs)
      return {
        ...session,
        async run(feeds) {
          const results = await session.run(feeds)
          for (const { data } of Object.values(results))
            for (let i = 0; i < data.length; i++) (data as Float64Array)[i]! += by
          return results
        },
      }
    },
  }
}
