import { TORCH_EAGER } from './peers.js'
import { architecture, flopsPerStep, parameterCount } from './settings.js'

/** Above this many cores kept busy while it should rest, a peer has slowed the others. */
const IDLE_LOAD_LIMIT = 0.02
/** Peers that train the same model start alike: their first losses lie this close to the median. */
const LOSS_TOLERANCE = 0.05

/**
 * What is known of one setting once it is measured: the figures of the table, and what `--json` prints.
 *
 * @param {import('./settings.js').Setting} setting
 * @param {{ product: import('./measure.js').Row, rows: import('./measure.js').Row[] }} measured
 * @param {import('./flags.js').Turns} turns
 */
export function summarize(setting, { product, rows }, { productSize, firstSteps }) {
  const flops = flopsPerStep(setting)
  const productFlops = 2 * productSize ** 3
  const limitMs = product.ms && (flops / productFlops) * product.ms
  const ours = rows.find((row) => row.name === 'latentlab')
  const eager = rows.filter((row) => TORCH_EAGER.includes(row.name) && row.ms)
  return {
    ...setting,
    firstSteps,
    architecture: architecture(setting),
    parameters: parameterCount(setting),
    product: { ...product, gflops: product.ms && productFlops / product.ms / 1e6 },
    limitMs,
    bestTorch: eager.sort((a, b) => a.ms - b.ms)[0]?.name,
    rows: rows.map((row) => ({
      ...row,
      ratio: row.ms && ours?.ms && row.ms / ours.ms,
      processorRatio: row.ms && ours?.ms && row.processorMs / ours.processorMs,
      share: row.ms && limitMs && limitMs / row.ms,
    })),
  }
}

/** @typedef {ReturnType<typeof summarize>} Summary */

/**
 * @param {Summary} summary
 * @returns {string} lines of text
 */
export function formatSummary(summary) {
  const { batch, architecture, parameters, firstSteps } = summary
  const { product, limitMs, bestTorch, rows } = summary
  const rate = product.gflops
    ? `large product ${product.gflops.toFixed(0)} GFLOP/s (ONNX Runtime ${product.version}), ` +
      `at which a step would take ${limitMs.toFixed(2)} ms`
    : `large product not measured: ${product.error}`
  const header = [
    'peer',
    'version',
    'ms/step',
    'from–to',
    'ratio',
    'cpu ms',
    'ratio',
    'share',
    `loss 1–${firstSteps}`,
    'last loss',
    'after steps',
  ]
  const measured = rows.filter((row) => row.ms)
  const lines = measured.map((row) => [
    row.name === bestTorch ? `${row.name} *` : row.name,
    row.version,
    milliseconds(row.ms),
    `${milliseconds(Math.min(...row.rounds))}–${milliseconds(Math.max(...row.rounds))}`,
    times(row.ratio),
    milliseconds(row.processorMs),
    times(row.processorRatio),
    row.share ? `${(100 * row.share).toFixed(1)} %` : '–',
    row.firstLoss.toFixed(1),
    row.lastLoss.toFixed(1),
    String(row.totalSteps),
  ])
  return [
    `batch ${batch}, ${architecture} (${parameters} parameters); ${rate}`,
    ...(lines.length > 0 ? aligned([header, ...lines]) : []),
    ...rows.filter((row) => row.error).map((row) => `${row.name}: no figure – ${row.error}`),
    ...remarks([...measured, ...(product.ms ? [product] : [])]),
    '',
  ].join('\n')
}

/** What a reader must know before trusting the figures. */
function remarks(rows) {
  const restless = rows
    .filter((row) => row.idleLoad > IDLE_LOAD_LIMIT)
    .map(
      (row) =>
        `! ${row.name} kept ${row.idleLoad.toFixed(2)} cores busy while others were timed: the figures are not to be used`,
    )
  const training = rows.filter((row) => row.firstLoss !== null)
  const losses = training.map((row) => row.firstLoss).sort((a, b) => a - b)
  const middle = losses[Math.floor(losses.length / 2)]
  const unlike = training
    .filter((row) => Math.abs(row.firstLoss / middle - 1) > LOSS_TOLERANCE)
    .map((row) => `! ${row.name} starts at another loss than the others: not the same model?`)
  return [...restless, ...unlike]
}

const times = (/** @type {number | undefined} */ ratio) => (ratio ? `${ratio.toFixed(2)}×` : '–')

function milliseconds(/** @type {number} */ ms) {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(1)
}

/** Columns of equal width: the first two to the left, numbers to the right. */
export function aligned(/** @type {string[][]} */ table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)))
  return table.map((line) =>
    line
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  )
}
