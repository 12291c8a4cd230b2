import { built } from './peers/built.mjs'

const lab = await built({
  'app/library/node.js': ['examine', 'train'],
  'tensor/host.js': ['hostTensor'],
  'tensor/random.js': ['stream'],
})

/** @typedef {{ data: any, labels?: any }} Data */
/** @typedef {Readonly<Record<string, unknown>>} Options */
/** @typedef {{ name: string, data: () => Data, options: Options }} Healthy */
/** @typedef {Healthy & { finding: string }} Broken */

const SIDE = 8

/** Bars of two pixels that lie somewhere, upright or level, bright on black, with labels: images of 8 × 8. */
export function bars(count = 1500) {
  const random = lab.stream(0, 'bars')
  const pixels = new Uint8Array(count * SIDE * SIDE)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = Math.floor(2 * random.uniform())
    const at = Math.floor((SIDE - 1) * random.uniform())
    const bright = 230 + Math.floor(25 * random.uniform())
    for (let along = 0; along < SIDE; along++)
      for (const across of [at, at + 1]) {
        const [y, x] = labels[i] === 0 ? [across, along] : [along, across]
        pixels[(i * SIDE + y) * SIDE + x] = bright
      }
  }
  return {
    data: lab.hostTensor('uint8', [count, SIDE, SIDE], pixels),
    labels: lab.hostTensor('int32', [count], labels),
  }
}

/** A table of numbers that `draw` gives. */
function table(rows, columns, draw) {
  const values = Float32Array.from({ length: rows * columns }, (_, at) =>
    draw(Math.floor(at / columns), at % columns),
  )
  return { data: lab.hostTensor('float32', [rows, columns], values) }
}

/** Columns that mix two normal factors, with noise: a table whose columns have standard deviations near 1. */
export function factors(rows = 1000, columns = 6, noise = 0.3) {
  const { normal } = lab.stream(1, 'factors')
  const factor = Float64Array.from({ length: 2 * rows }, () => normal())
  const mixing = Float64Array.from({ length: 2 * columns }, () => normal())
  return table(
    rows,
    columns,
    (i, j) =>
      factor[2 * i] * mixing[j] + factor[2 * i + 1] * mixing[columns + j] + noise * normal(),
  )
}

/** The factors with other values: `change(value, row, column)`. */
function changed(change, { data } = factors()) {
  const [rows, columns] = data.shape
  return table(rows, columns, (i, j) => change(data.data[i * columns + j], i, j))
}

/** Bars between grey levels of 0.3 and 0.7. */
function grey() {
  const { data } = bars()
  const pixels = data.data.map((value) => 80 + 0.4 * value)
  return { data: lab.hostTensor('uint8', data.shape, pixels) }
}

const small = { hidden: [32], latent: 3, batch: 50, lr: 5e-3, epochs: 40, threads: 1 }
const onTable = {
  ...small,
  model: 'vae',
  latent: 2,
  likelihood: 'gaussian:global',
  schedule: 'cosine',
}
const gan = { ...small, model: 'gan', latent: 8, lr: undefined }
const memorising = {
  ...small,
  model: 'ae',
  likelihood: 'gaussian',
  hidden: [200],
  batch: 20,
  lr: 2e-3,
}

const onGrey = { ...small, model: 'ae', activation: ['elu'], schedule: 'cosine' }

/** Training on the values of a table as they are. */
const raw = { ...onTable, standardise: false }

/** Runs that are broken on purpose, and the finding that each must raise first. @type {readonly Broken[]} */
export const BROKEN = [
  {
    name: 'columns near 1e6, 17 000 and 0.5',
    finding: 'unlike-scales',
    data: () => changed((x, _, j) => [1e6, 17_000, 0.5][j] * (1 + 0.3 * x), factors(1000, 3)),
    options: raw,
  },
  {
    name: 'a table 1000 from 0',
    finding: 'unscaled-values',
    data: () => changed((x) => x + 1000),
    options: raw,
  },
  {
    name: 'KL in the millions, from values of 3000',
    finding: 'unscaled-values',
    data: () => changed((x) => 3000 * x),
    options: { ...raw, likelihood: 'gaussian' },
  },
  {
    name: 'one value of 1e6',
    finding: 'outliers',
    data: () => changed((x, i, j) => (i === 7 && j === 1 ? 1e6 : x)),
    options: raw,
  },
  {
    name: 'one value of 3e38',
    finding: 'outliers',
    data: () => changed((x, i, j) => (i === 7 && j === 1 ? 3e38 : x)),
    options: raw,
  },
  {
    name: 'a constant column, and σ by column',
    finding: 'constant-columns',
    data: () => changed((x, _, j) => (j === 3 ? 1 : x)),
    options: { ...raw, likelihood: 'gaussian:per-dimension', lr: 2e-2, epochs: 60 },
  },
  {
    name: 'a column of 5e6 in every row',
    finding: 'large-constant-columns',
    data: () => changed((x, _, j) => (j === 3 ? 5e6 : x)),
    options: { ...raw, likelihood: 'gaussian' },
  },
  {
    name: 'a GAN at a rate of 0.5',
    finding: 'collapsed-samples',
    data: bars,
    options: { ...gan, lr: 0.5 },
  },
  {
    name: 'a GAN with few steps',
    finding: 'collapsed-samples',
    data: bars,
    options: gan,
  },
  {
    name: 'a GAN with a strong discriminator',
    finding: 'adversary-out-of-balance',
    data: bars,
    options: {
      ...gan,
      discriminatorActivation: 'leaky-relu',
      discriminatorDropout: 0,
      normalization: 'none',
    },
  },
  {
    name: 'a VAE without its KL term',
    finding: 'exploding-kl',
    data: bars,
    options: { ...small, model: 'vae', beta: 0, schedule: 'cosine' },
  },
  {
    name: 'σ of 0.001',
    finding: 'sigma-too-narrow',
    data: factors,
    options: { ...onTable, likelihood: 'gaussian:0.001' },
  },
  {
    name: 'σ of 3',
    finding: 'sigma-too-wide',
    data: bars,
    options: { ...small, model: 'vae', likelihood: 'gaussian:3', schedule: 'cosine' },
  },
  {
    name: 'memorising, with validation',
    finding: 'over-fitting',
    data: () => factors(120, 20, 1.5),
    options: { ...memorising, epochs: 200, monitor: 'none' },
  },
  {
    name: 'memorising, without validation',
    finding: 'memorising',
    data: () => factors(120, 20, 1.5),
    options: { ...memorising, epochs: 200, validation: 0 },
  },
  {
    name: 'Bernoulli on grey values',
    finding: 'binary-likelihood-on-real-values',
    data: grey,
    options: onGrey,
  },
  {
    name: 'two levels for grey values',
    finding: 'levels-too-coarse',
    data: grey,
    options: { ...onGrey, likelihood: 'categorical:2' },
  },
  {
    name: 'a prior that weighs 100',
    finding: 'collapsed-latents',
    data: bars,
    options: { ...small, model: 'vae', beta: 100, schedule: 'cosine' },
  },
  {
    name: 'a rate of 1e-9',
    finding: 'nothing-learned',
    data: bars,
    options: { ...small, model: 'ae', lr: 1e-9 },
  },
  {
    name: 'a rate of 3',
    finding: 'collapsed-latents',
    data: bars,
    options: { ...small, model: 'ae', lr: 3 },
  },
  {
    name: 'a rate of 1e20',
    finding: 'not-finite',
    data: bars,
    options: { ...small, model: 'vae', lr: 1e20 },
  },
]

const cosine = { ...small, schedule: 'cosine' }
const closed = { hidden: undefined, batch: undefined, lr: undefined, epochs: undefined }
const adversarial = { ...small, model: 'aae', discriminatorHidden: [32], lr: undefined }

/** Runs in which nothing is to be found. @type {readonly Healthy[]} */
export const HEALTHY = [
  { name: 'pca, images', data: bars, options: { ...small, ...closed, model: 'pca' } },
  { name: 'pca, table', data: factors, options: { ...small, ...closed, model: 'pca', latent: 2 } },
  {
    name: 'linear-ae',
    data: factors,
    options: { ...onTable, hidden: undefined, model: 'linear-ae' },
  },
  { name: 'ae', data: bars, options: { ...cosine, model: 'ae' } },
  { name: 'ae, table', data: factors, options: { ...onTable, model: 'ae' } },
  { name: 'dae', data: bars, options: { ...cosine, model: 'dae' } },
  { name: 'cae', data: bars, options: { ...cosine, model: 'cae', activation: ['sigmoid'] } },
  { name: 'vae', data: bars, options: { ...cosine, model: 'vae' } },
  { name: 'vae, constant rate', data: bars, options: { ...small, model: 'vae' } },
  { name: 'vae, table', data: factors, options: { ...onTable, epochs: 80 } },
  { name: 'cvae', data: bars, options: { ...cosine, model: 'cvae' } },
  { name: 'aae', data: bars, options: { ...adversarial, latent: 2, epochs: 60 } },
  { name: 'wae', data: () => factors(3000), options: { ...onTable, model: 'wae', lr: 2e-3 } },
  { name: 'gan', data: bars, options: { ...gan, epochs: 200 } },
  {
    name: 'vae-gan',
    data: bars,
    options: { ...small, model: 'vae-gan', features: 64, lr: undefined },
  },
  { name: 'gan, table', data: factors, options: { ...gan, likelihood: 'gaussian', epochs: 100 } },
]

/** Trains a run in a folder and examines it. */
export async function findingsOf({ data, options }, out) {
  await lab.train({ ...data, ...options, out }).catch((error) => {
    if (!/training stopped/.test(error.message)) throw error
  })
  const { findings } = await lab.examine(out, { threads: 1, ...data })
  return findings
}

/** A run as a finding suggests: with other options, or with the data changed as its sentence says. */
export function followed({ data, options }, { name, try: suggestion, options: suggested }) {
  if (suggested) return { data, options: { ...options, ...suggested } }
  const dropped = /column (\d+) of the data/.exec(suggestion)?.[1]
  const row = /row (\d+) of the data/.exec(suggestion)?.[1]
  if (row !== undefined) return { data: without(data, Number(row)), options }
  if (dropped !== undefined) return { data: without(data, undefined, Number(dropped)), options }
  throw new Error(`${name}: cannot follow '${suggestion}'`)
}

/** A table without a row or a column. */
function without({ data }, row, column) {
  const [rows, columns] = data.shape
  const some = (count, left) => Array.from({ length: count }, (_, i) => i).filter((i) => i !== left)
  const [kept, of] = [some(rows, row), some(columns, column)]
  return table(kept.length, of.length, (i, j) => data.data[kept[i] * columns + of[j]])
}
