import { type DataSet, proposedOptions, UserError } from 'latentlab/browser'
import { trainingOptions } from 'latentlab/models'
import type { Proposal } from '../protocol/api.ts'

/**
 * What to train on some data first: a variational autoencoder, small enough to be done within minutes. All other options
 * follow from the data, as they do in the library.
 */
export function proposal(set: DataSet): Proposal {
  const dimension = set.exampleShape.reduce((a, b) => a * b, 1)
  const isPicture = set.exampleShape.length === 3
  const width = dimension <= 64 ? 64 : dimension <= 1024 ? 256 : 400
  return {
    model: 'vae',
    options: {
      latent: 2,
      hidden: [width, width / 2],
      ...(isPicture && {
        likelihood: set.form.storage === 'uint8' ? 'bernoulli' : 'gaussian',
        epochs: set.splits.train.rows.length >= 20_000 ? 20 : 40,
      }),
    },
  }
}

/** What a model's options would be with these data, and those that it would not use. */
export interface UsualOptions {
  readonly values: Readonly<Record<string, unknown>>
  readonly unused: ReadonlySet<string>
}

/** The options of a model for some data where nobody chooses any; undefined where the model cannot be trained on them. */
export function usualOptions(set: DataSet, model: string): UsualOptions | undefined {
  const known = new Set(trainingOptions(model).map(({ name }) => name))
  const suggested = Object.entries(proposal(set).options).filter(([name]) => known.has(name))
  for (const chosen of [Object.fromEntries(suggested), {}]) {
    try {
      const { options, unused } = proposedOptions(set, { model, ...chosen } as never)
      return { values: options, unused: new Set(Object.keys(unused)) }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
    }
  }
  return undefined
}
