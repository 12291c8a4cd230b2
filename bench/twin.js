import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPeer } from './peer-process.js'
import { built } from './peers/built.mjs'
import { peerCommand } from './peers.js'

/** The PyTorch twin of a training: the same network, batches of the same size, and the same examples. */

/** @type {import('./peers.js').PeerEntry} */
const TWIN = { name: 'torch', language: 'python', program: 'torch_trained.py' }
const INPUTS = 784
const SPLITS = /** @type {const} */ (['train', 'validation', 'test'])
/** Of Larochelle's files, binarized_mnist_train.amat and so on. */
const AMAT = { train: 'train', validation: 'valid', test: 'test' }
const [ZERO, ONE] = [48, 49]

/**
 * Writes the splits that Latentlab would train on, one file of bytes for each.
 *
 * @param {Readonly<Record<string, any>>} options those of the training
 * @param {string} folder
 * @param {number} [most] digits of each split; all by default
 * @returns {Promise<{ splits: Record<string, string>, levels: number }>} files by split, and the value of white
 */
async function writeDigits({ validation, binarize, seed }, folder, most) {
  const { openDataSet, splitValues } = await built({
    'entries/node.js': ['openDataSet', 'splitValues'],
  })
  const dataSet = await openDataSet({ data: 'mnist', validation, binarize, seed })
  const levels = binarize === 'static' ? 1 : 255
  const splits = {}
  for (const split of SPLITS) {
    const length = Math.min(most ?? Number.POSITIVE_INFINITY, dataSet.splits[split].rows.length)
    if (length === 0) continue
    const rows = Array.from({ length }, (_, i) => i)
    const { data } = splitValues(dataSet, split, rows)
    splits[split] = join(folder, `${split}.bytes`)
    await writeFile(
      splits[split],
      Uint8Array.from(data, (value) => Math.round(value * levels)),
    )
  }
  return { splits, levels }
}

/** The same of Larochelle's text files: one digit a line, 0 and 1 with blanks between. */
async function writeLarochelle(source, folder) {
  const splits = {}
  for (const split of SPLITS) {
    const text = await readFile(join(source, `binarized_mnist_${AMAT[split]}.amat`))
    const values = text.filter((byte) => byte === ZERO || byte === ONE)
    splits[split] = join(folder, `${split}.bytes`)
    await writeFile(
      splits[split],
      values.map((byte) => byte - ZERO),
    )
  }
  return { splits, levels: 1 }
}

/** `milestones:200,350:0.63` as PyTorch takes it; a constant rate has no milestones. */
function milestones(schedule = 'constant') {
  const [kind, epochs, factor] = schedule.split(':')
  if (kind === 'constant') return { milestones: [], factor: 1 }
  if (kind !== 'milestones') throw new Error(`the PyTorch twin has no schedule ${schedule}`)
  return { milestones: epochs.split(',').map(Number), factor: Number(factor) }
}

/** What the twin is told of a training, beside its digits. */
export function twinSetting(/** @type {Readonly<Record<string, any>>} */ options) {
  const { model, hidden, latent, likelihood = 'bernoulli', batch = 128, lr = 1e-3 } = options
  const network = { model, inputs: INPUTS, hidden, latent, likelihood }
  return { ...network, batch, learningRate: lr, ...milestones(options.schedule) }
}

/**
 * Starts the twin of a training.
 *
 * @param {import('./trained-tables.js').TrainedRow} row
 * @param {{ folder: string, seed: number, larochelle?: string, digits?: number, threads: number }} settings
 * @returns {Promise<import('./peer-process.js').PeerProcess>}
 */
export async function startTwin({ options, larochelle: published }, settings) {
  const { folder, larochelle, digits: most, threads } = settings
  const seed = options.seed ?? settings.seed
  peerCommand(TWIN)
  if (published && larochelle === undefined)
    throw new Error('--larochelle does not say where binarized_mnist_train.amat is')
  const digits = published
    ? await writeLarochelle(larochelle, folder)
    : await writeDigits({ ...options, seed }, folder, most)
  return startPeer(TWIN, { ...twinSetting(options), ...digits, seed, threads })
}
