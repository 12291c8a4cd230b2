import { built } from './peers/built.mjs'

/** Test digits whose codes are compared with the prior. */
const CODES = 500
/** Sets of draws of the prior that the distance is averaged over. */
const SETS = 5

const MODULES = {
  'app/run/load.js': ['loadRun'],
  'data/rows.js': ['splitValues'],
  'explore/prior-fit.js': ['priorFit'],
  'train/initial-state.js': ['initialParameters'],
  'train/trained.js': ['trainedModel'],
}

/**
 * Energy distance (Székely and Rizzo 2013) of codes of test digits to as many draws of the prior, averaged over
 * five sets of draws; the 95 % quantile of that distance between two sets of draws; the ratio of the two; and the
 * ratio for the same encoder before its training.
 *
 * @param {string} folder of a run
 */
export async function priorFits(folder) {
  const lab = await built(MODULES)
  const run = await lab.loadRun(folder)
  try {
    const data = await run.data()
    const { length } = data.splits.test.rows
    const rows = Array.from({ length: CODES }, (_, i) => Math.floor((i * length) / CODES))
    const x = lab.splitValues(data, 'test', rows)
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
    const fit = async (codes) => {
      const fits = []
      for (let seed = 0; seed < SETS; seed++) fits.push(await lab.priorFit(run, codes, seed))
      return {
        distance: mean(fits.map(({ distance }) => distance)),
        chance: mean(fits.map(({ chance }) => chance)),
      }
    }
    const trained = await fit(await run.encode(x))
    const blind = await fit(await untrainedCodes(lab, run, x))
    return {
      ...trained,
      ratio: trained.distance / trained.chance,
      untrained: blind.distance / blind.chance,
    }
  } finally {
    await run.close()
  }
}

/** Codes of the same encoder before its training. */
async function untrainedCodes(lab, { model, runtime, config }, x) {
  const parameters = lab.initialParameters(model, config.train.seed)
  const untrained = lab.trainedModel(runtime, model, parameters)
  try {
    return await untrained.encode(x)
  } finally {
    await untrained.close()
  }
}
