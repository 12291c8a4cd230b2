// Times a convolutional VAE's training step, and single convolutions, beside PyTorch.
import { availableParallelism, cpus } from 'node:os'
import { matching, natural, readFlags, TURN_USAGE, trainingImages, withUsage } from './flags.js'
import { measureSetting, median } from './measure.js'
import { convSetting } from './settings.js'

const USAGE = `node bench/conv.js [flags], after npm run build

  --ops               single convolutions and their gradients instead of the training step
  --batch 128         examples of a training step
  --only TEXT         the settings whose names contain it
  --rows TEXT         the rows whose names contain it
${TURN_USAGE}

LATENTLAB_PYTHON names the Python that has torch.`

/**
 * @typedef {object} OpSetting
 * @property {string} name
 * @property {readonly number[]} x shape of the input, [N, C, H, W]
 * @property {readonly number[]} w shape of the kernels, [O, C, h, w]
 * @property {number} stride padding is 1
 * @property {'forward' | 'input' | 'kernel'} op the convolution, or the gradient of its input or kernel
 */

const LAYERS = [
  { layer: '4×4 stride 2, 32→64, 14×14', x: [128, 32, 14, 14], w: [64, 32, 4, 4], stride: 2 },
  { layer: '3×3 stride 2, 64→128, 7×7', x: [128, 64, 7, 7], w: [128, 64, 3, 3], stride: 2 },
  { layer: '3×3 stride 1, 64→64, 14×14', x: [128, 64, 14, 14], w: [64, 64, 3, 3], stride: 1 },
]

/** @type {readonly OpSetting[]} */
const OPS = LAYERS.flatMap(({ layer, ...shapes }) =>
  /** @type {const} */ (['forward', 'input', 'kernel']).map((op) => ({
    ...shapes,
    name: `${layer}, batch 128: ${op === 'forward' ? op : `gradient of the ${op}`}`,
    op,
  })),
)

/** @returns {import('./peers.js').PeerEntry[]} */
const peers = (/** @type {string} */ latentlab, /** @type {string} */ torch) => [
  ...[true, false].flatMap((blocks) =>
    [1, 2].map((threads) => ({
      name: `latentlab, ${blocks ? 'blocks' : 'plain'}, ${threads}`,
      language: /** @type {const} */ ('node'),
      program: latentlab,
      options: { threads, blocks },
    })),
  ),
  ...[true, false].flatMap((channelsLast) =>
    [1, 2].map((threads) => ({
      name: `torch, ${channelsLast ? 'channels_last' : 'NCHW'}, ${threads}`,
      language: /** @type {const} */ ('python'),
      program: torch,
      options: { threads, channelsLast },
    })),
  ),
]

await withUsage(async () => {
  const { values, turns } = readFlags(USAGE, {
    ops: { type: 'boolean', default: false },
    batch: { type: 'string', default: '128' },
    only: { type: 'string', default: '' },
    rows: { type: 'string', default: '' },
  })
  if (values.help) return console.log(USAGE)
  const { ops, only, json } = values
  const steps = [convSetting(natural('batch', values.batch))]
  const settings = matching('only', only, 'setting', ops ? OPS : steps)
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`
  const log = (/** @type {string} */ line) => console.error(line)
  const options = { ...turns, images: trainingImages(), log }
  const all = ops
    ? peers('latentlab-conv-op.mjs', 'torch_conv_op.py')
    : peers('latentlab-conv.mjs', 'torch_conv.py')
  const entrants = matching('rows', values.rows, 'row', all)
  const results = []
  for (const setting of settings) {
    const { product, rows } = await measureSetting(setting, entrants, options)
    results.push({ setting, product, rows })
    if (!json) console.log(table(setting.name, turns, product, rows))
  }
  if (json) console.log(JSON.stringify({ machine, results }, null, 2))
})

/** The rows of one setting, each with its fastest turn and with its time over the first row's. */
function table(name, { firstSteps, productSize }, product, rows) {
  const best = (kind) =>
    rows.filter((row) => row.ms && row.name.startsWith(kind)).sort((a, b) => a.ms - b.ms)[0]
  const ours = best('latentlab, blocks')
  const lines = rows.map((row) => {
    if (row.error) return `${row.name.padEnd(28)} ${row.error}`
    const numbers = [row.ms, Math.min(...row.rounds), Math.max(...row.rounds), row.processorMs]
    // Turn by turn, so that what slowed a round slowed both.
    const ratio = ours && median(row.rounds.map((ms, i) => ms / ours.rounds[i]))
    const figures = [...numbers, ratio ?? Number.NaN].map((n) => n.toFixed(2).padStart(10))
    const loss = row.firstLoss ? row.firstLoss.toFixed(1).padStart(10) : ''
    return `${row.name.padEnd(28)}${figures.join('')}${loss}`
  })
  const columns = ['ms', 'fastest', 'slowest', 'cpu ms', 'ratio', `loss 1–${firstSteps}`]
  const rate = product.ms
    ? `large product ${((2 * productSize ** 3) / product.ms / 1e6).toFixed(0)} GFLOP/s`
    : ''
  return [
    `${name} (${rate})`,
    `${'peer, threads'.padEnd(28)}${columns.map((c) => c.padStart(10)).join('')}`,
    ...lines,
    '',
  ].join('\n')
}
