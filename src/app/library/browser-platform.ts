import { VERSION } from '../../config/version.ts'
import { openRuntime } from '../../runtime/web.ts'
import { UserError } from '../../tensor/errors.ts'
import { likelihoodUse } from '../model-for-data.ts'
import { requireSameData } from '../run/recorded-data.ts'
import { type BrowserData, openData, sourceNames } from './browser-data.ts'
import type { Platform } from './stored-training.ts'

/** A page. */
export const page: Platform<Partial<BrowserData>> = {
  openRuntime,
  async environmentOf(runtime) {
    const { kernels, detail } = await runtime.loops()
    return {
      latentlab: VERSION,
      browser: navigator.userAgent,
      runtime: runtime.name,
      device: runtime.options.device,
      kernels,
      kernelsDetail: detail,
      threads: runtime.options.threads,
      cores: navigator.hardwareConcurrency,
    }
  },
  dataNames: sourceNames,
  async openData(config, { data, labels, testData, testLabels }) {
    if (data === undefined)
      throw new UserError('data: the files of a run do not hold the data; give it with them')
    const { example: known, train } = config
    const given = { data, labels, testData, testLabels }
    const opened = await openData(
      { ...config.data, schema: undefined, ...given, known, seed: train.seed },
      likelihoodUse(config),
    )
    requireSameData(config, opened)
    return opened
  },
}
