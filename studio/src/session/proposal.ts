import type { DataSet } from 'latentlab/browser'
import type { Proposal } from '../protocol/api.ts'

/** What to train on some data first: a variational autoencoder, small enough for its rows, that is done within minutes. */
export function proposal(set: DataSet): Proposal {
  const rows = set.splits.train.rows.length
  const dimension = set.exampleShape.reduce((a, b) => a * b, 1)
  const isPicture = set.exampleShape.length === 3
  const pixelsAreBytes = set.form.storage === 'uint8'
  const width = dimension <= 64 ? 64 : dimension <= 1024 ? 256 : 400
  return {
    model: 'vae',
    options: {
      latent: 2,
      hidden: [width, width / 2],
      ...(isPicture && { likelihood: pixelsAreBytes ? 'bernoulli' : 'gaussian' }),
      ...(set.form.table ? {} : { epochs: rows >= 20_000 ? 20 : 40 }),
    },
  }
}
