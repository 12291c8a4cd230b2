import { densityAndCoverage } from '../../evaluate/generation/density-coverage.ts'
import { featureMoments, frechetDistance } from '../../evaluate/generation/frechet.ts'
import { precisionAndRecall } from '../../evaluate/generation/precision-recall.ts'
import type { Floats } from '../../tensor/host.ts'
import { arrayRows } from '../../tensor/row-source.ts'
import type { Laboratory } from '../laboratory.ts'

/** How similar generated digits are to real ones, in the features of the laboratory's classifier. */
export interface GenerationQuality {
  /** In squared units of the features; it depends on the number of samples. */
  readonly frechet: number
  /** 1 for each sample among the digits, else 0, by three neighbours. */
  readonly precision: Float64Array
  /** 1 for each digit among the samples, else 0, by three neighbours. */
  readonly recall: Float64Array
  /** 1 for each digit that has a sample as near as its fifth nearest digit, else 0. */
  readonly coverage: Float64Array
}

/** A remark on what is compared: the experiments that use these figures train on grey digits. */
export const MEANS_OF_GREY =
  'Samples are means of p(x|z), compared with grey digits: grey levels are not outcomes of a Bernoulli variable, so no pixels are drawn.'

/** Compares samples `[m, D]` with real digits `[n, D]`. */
export async function generationQuality(
  lab: Laboratory,
  digits: Floats,
  generated: Floats,
): Promise<GenerationQuality> {
  const space = await lab.features()
  const [real, samples] = [await space.features(digits), await space.features(generated)]
  const options = { signal: lab.signal }
  const near = await precisionAndRecall(lab.runtime, { real, samples }, options)
  const { coverage } = await densityAndCoverage(lab.runtime, { real, samples }, options)
  return {
    frechet: frechetDistance(
      await featureMoments(arrayRows(real), options),
      await featureMoments(arrayRows(samples), options),
    ),
    precision: near.precision,
    recall: near.recall,
    coverage,
  }
}
