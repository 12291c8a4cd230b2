/**
 * Figures of trained models that stand in `docs/`.
 *
 * @typedef {object} TrainedRow
 * @property {string} name
 * @property {'latentlab' | 'torch'} by
 * @property {Readonly<Record<string, any>>} options those of `latentlab train`; a row of PyTorch reads the ones
 *   that it knows
 * @property {boolean} [larochelle] trained on Larochelle's binary digits instead of those of this program
 *
 * @typedef {object} Table
 * @property {string} name as `--table` takes it
 * @property {string} page where its figures stand
 * @property {readonly TrainedRow[]} rows
 * @property {readonly string[]} figures of the test split: `loss`, `squaredError`, `bound`, `priorFit`
 * @property {readonly number[]} [course] epochs after which the validation loss is listed
 * @property {readonly number[]} [stops] epochs after which the figures are taken; the last one alone by default
 * @property {number} [samples] importance samples of `bound`
 */

const DEEP = { model: 'ae', hidden: [1000, 500, 250], latent: 30, epochs: 24 }

/** @type {readonly TrainedRow[]} */
const LAYERS = [
  ours('logistic units, layer by layer, then as a whole', { model: 'stacked-ae' }),
  ours('logistic units, all at once', { model: 'stacked-ae', pretrainEpochs: 0, epochs: 24 }),
  ours('ReLU, all at once', DEEP),
  ours('ReLU, cosine schedule', { ...DEEP, schedule: 'cosine' }),
  ours('ReLU, Gaussian likelihood', { ...DEEP, likelihood: 'gaussian' }),
  ours('ReLU, learning rate 3e-4', { ...DEEP, lr: 3e-4 }),
  torch('ReLU in PyTorch, cross-entropy', DEEP),
  torch('ReLU in PyTorch, squared error', { ...DEEP, likelihood: 'gaussian' }),
  ours('ReLU, 60 epochs', { ...DEEP, epochs: 60 }),
  ours('30 principal components', { model: 'pca', latent: 30 }),
]

const PUBLISHED = {
  model: 'vae',
  latent: 40,
  binarize: 'static',
  validation: 10_000,
  batch: 100,
  epochs: 500,
  lr: 1e-4,
  schedule: 'milestones:200,350:0.630957',
}
const DEPTHS = [
  { words: 'one hidden layer', hidden: [400] },
  { words: 'two hidden layers', hidden: [400, 400] },
]

const EXAMPLE = { model: 'vae', hidden: [400], latent: 20, validation: 0, epochs: 10 }

const PRIORS = {
  normal: { prior: 'normal' },
  mixture: { prior: 'mixture' },
  'swiss-roll, label-informed': { prior: 'swiss-roll', labelInformed: true },
  'swiss-roll': { prior: 'swiss-roll' },
}

/** @type {readonly Table[]} */
export const TABLES = [
  {
    name: 'layers',
    page: 'docs/family.md, “Layer by layer, or all at once”',
    rows: LAYERS,
    figures: ['squaredError'],
  },
  {
    name: 'linear',
    page: 'docs/family.md, “A linear autoencoder spans the principal subspace”',
    rows: [
      ours('linear-ae', { model: 'linear-ae', latent: 10 }),
      ours('pca', { model: 'pca', latent: 10 }),
    ],
    figures: ['squaredError'],
  },
  {
    name: 'priors',
    page: 'docs/family.md, “Codes of an adversarial autoencoder follow their prior”',
    rows: Object.entries(PRIORS).map(([name, options]) => ours(name, { model: 'aae', ...options })),
    figures: ['priorFit'],
  },
  {
    name: 'published',
    page: 'docs/reproduction.md, “The published setting, once”',
    rows: DEPTHS.flatMap(({ words, hidden }) => [
      ours(`${words}, latentlab`, { ...PUBLISHED, hidden }),
      torch(`${words}, PyTorch`, { ...PUBLISHED, hidden }),
      {
        ...torch(`${words}, PyTorch, Larochelle's file`, { ...PUBLISHED, hidden }),
        larochelle: true,
      },
    ]),
    course: [25, 50, 100, 200, 350, 500],
    figures: ['loss', 'bound'],
    samples: 200,
  },
  {
    name: 'convergence',
    page: 'docs/performance.md, “Convergence”',
    rows: [0, 1, 2].flatMap((seed) => [
      ours(`latentlab, seed ${seed}`, { ...EXAMPLE, seed }),
      torch(`PyTorch, seed ${seed}`, { ...EXAMPLE, seed }),
    ]),
    stops: [7, 10],
    figures: ['loss'],
  },
]

/** @returns {TrainedRow} */
function ours(name, options) {
  return { name, by: 'latentlab', options }
}

/** @returns {TrainedRow} */
function torch(name, options) {
  return { name, by: 'torch', options }
}

/** Digits that are left for training by `tiny`, and examples of each split of a twin. */
export const TINY_DIGITS = 1000

/** The same table on few digits with narrow networks: it tries the whole path and gives no figure worth quoting. */
export function tiny(/** @type {Table} */ { course, stops, samples, ...table }) {
  const small = ({ pretrainEpochs, ...options }) => {
    const stacked = options.model === 'stacked-ae'
    return {
      ...options,
      latent: 2,
      validation: 60_000 - TINY_DIGITS,
      ...(options.model === 'pca' || options.model === 'linear-ae' ? {} : { hidden: [8] }),
      ...(options.model === 'pca' ? {} : { epochs: 1 }),
      ...(stacked && { pretrainEpochs: Math.min(1, pretrainEpochs ?? 1) }),
    }
  }
  return {
    ...table,
    rows: table.rows.map((row) => ({ ...row, options: small(row.options) })),
    ...(course && { course: [1] }),
    ...(stops && { stops: [1, 2] }),
    ...(samples && { samples: 5 }),
  }
}
