import { evaluatedValues } from '../../data/evaluated.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { comparedRows, withGapsOf } from '../../evaluate/compared-rows.ts'
import { squaredError } from '../../evaluate/statistics/variance.ts'
import { advice } from './advice.ts'
import type { Check, ExaminedRun, Options } from './finding.ts'

/** Training examples that are reconstructed. */
const EXAMPLES = 500

/** Factor between the errors of test and of training examples that means memorising. */
const WORSE = 2

/**
 * A model that reconstructs its training examples far better than others. With a validation split, over-fitting
 * shows in its curve; this check is for runs without one.
 */
export const memorising: Check = async (examined) => {
  const { trained, data } = examined
  if (!trained?.outputs.restored || data.splits.validation.rows.length > 0) return undefined
  const test = squaredError(trained.outputs.x, trained.outputs.restored)
  const train = await trainingError(examined)
  if (!(test >= WORSE * train)) return undefined
  return {
    name: 'memorising',
    what: 'The model is memorising the training examples, and without a validation split nothing stops it.',
    evidence: `the squared error of test examples is ${test.toPrecision(4)}, ${(test / train).toPrecision(2)} times that of training examples, ${train.toPrecision(4)}`,
    ...advice(
      examined,
      [stoppingEarly(examined), narrowerCode(examined)],
      'train on more examples',
    ),
  }
}

/** A validation split, and training that ends when the loss on it rises. */
function stoppingEarly({ config, data }: ExaminedRun): Options {
  const rows = data.splits.train.rows.length
  const validation = Math.max(1, Math.round(rows / 10))
  return {
    validation,
    patience: 5,
    ...(config.train.monitor === 'none' && { monitor: 'objective' }),
    ...(config.train.batch > rows - validation && { batch: rows - validation }),
  }
}

/** Half the dimensions of the code, for a model in closed form, whose training cannot end sooner. */
function narrowerCode({ config }: ExaminedRun): Options | undefined {
  const { latent } = config.options
  return typeof latent === 'number' ? { latent: Math.ceil(latent / 2) } : undefined
}

/** The mean squared error of reconstructions of training examples. */
async function trainingError({ trained, data }: ExaminedRun): Promise<number> {
  const { run } = trained!
  const indices = evenly(data.splits.train.rows.length, EXAMPLES)
  const x = evaluatedValues(data, 'train', indices, run.config.train.seed)
  const restored = await run.reconstruct(x, splitLabels(data, 'train', indices))
  const { columns } = run.model.info
  return squaredError(
    await comparedRows(run.runtime, columns, x),
    await comparedRows(run.runtime, columns, withGapsOf(x, restored)),
  )
}
