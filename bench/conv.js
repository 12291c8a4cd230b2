// Times a convolutional VAE's training step, and single convolutions, beside PyTorch.

import { matching, natural, readFlags, TURN_USAGE, trainingImages, withUsage } from './flags.js'
import { machine, machineLine } from './machine.js'
import { measureSetting } from './measure.js'
import { compared, formatRows, productRate, remarks } from './report.js'
import { convSetting } from './settings.js'
import { writeStart } from './start.js'

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
  ...[true, false].map((blocks) => ({
    name: `latentlab, ${blocks ? 'blocks' : 'plain'}`,
    language: /** @type {const} */ ('node'),
    program: latentlab,
    options: { blocks },
  })),
  ...[true, false].map((channelsLast) => ({
    name: `torch, ${channelsLast ? 'channels_last' : 'NCHW'}`,
    language: /** @type {const} */ ('python'),
    program: torch,
    options: { channelsLast },
  })),
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
  const all = ops
    ? peers('latentlab-conv-op.mjs', 'torch_conv_op.py')
    : peers('latentlab-conv.mjs', 'torch_conv.py')
  const entrants = matching('rows', values.rows, 'row', all)
  const log = (/** @type {string} */ line) => console.error(line)
  const options = { ...turns, images: trainingImages(), log }
  if (!json) console.log(`${machineLine()}\n`)
  const results = []
  for (const setting of settings) {
    const start = ops ? undefined : await writeStart(setting)
    const { product, rows } = await measureSetting({ ...setting, start }, entrants, options)
    const result = { setting, product, rows: compared(rows, 'latentlab, blocks') }
    results.push(result)
    if (!json) console.log(table(result, turns))
  }
  if (json) console.log(JSON.stringify({ ...machine(), ...turns, results }, null, 2))
})

function table({ setting, product, rows }, turns) {
  return [
    `${setting.name}; ${productRate(product, turns)}`,
    ...formatRows(rows, turns),
    ...remarks([product, ...rows]),
    '',
  ].join('\n')
}
