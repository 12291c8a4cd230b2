import { median, nameOf } from './measure.js'
import { architecture, flopsPerStep, parameterCount } from './settings.js'

/** Above this many cores kept busy while it should rest, a peer has slowed the others. */
const IDLE_LOAD_LIMIT = 0.02
/** Peers that train the same model start alike: their first losses lie this close to the median. */
const LOSS_TOLERANCE = 0.05

/**
 * A row beside the others: wall time with the number of threads that is faster, processor time of one
 * thread. Ratios are to one row, turn by turn, so that what slowed a round slowed both; their median.
 *
 * @typedef {import('./measure.js').Row & {
 *   wall?: import('./measure.js').Run, single?: import('./measure.js').Run,
 *   ratio?: number, processorRatio?: number, share?: number, processorShare?: number,
 * }} Compared
 */

/**
 * @param {readonly import('./measure.js').Row[]} rows
 * @param {string} reference name of the row that ratios are to
 * @returns {readonly Compared[]}
 */
export function compared(rows, reference) {
  const placed = rows.map((row) => ({ ...row, ...fastestAndSingle(row) }))
  const ours = placed.find(({ name }) => name === reference)
  return placed.map((row) => ({
    ...row,
    ratio: ratio(row.wall?.rounds, ours?.wall?.rounds),
    processorRatio: ratio(row.single?.processorRounds, ours?.single?.processorRounds),
  }))
}

function fastestAndSingle(/** @type {import('./measure.js').Row} */ { runs }) {
  return {
    wall: [...runs].sort((a, b) => a.ms - b.ms)[0],
    single: runs.find(({ threads, processorMs }) => threads === 1 && processorMs > 0),
  }
}

/**
 * @param {readonly number[] | undefined} theirs
 * @param {readonly number[] | undefined} ours
 */
function ratio(theirs, ours) {
  return theirs && ours && median(theirs.map((ms, round) => ms / ours[round]))
}

/**
 * What is known of one setting once it is measured: the figures of the table, and what `--json` prints.
 *
 * @param {import('./settings.js').Setting} setting
 * @param {{ product: import('./measure.js').Row, rows: import('./measure.js').Row[] }} measured
 * @param {import('./flags.js').Turns} turns
 */
export function summarize(setting, { product, rows }, turns) {
  const measure = { ...product, ...fastestAndSingle(product) }
  const steps = flopsPerStep(setting) / productFlops(turns)
  const limitMs = measure.wall && steps * measure.wall.ms
  const processorLimitMs = measure.single && steps * measure.single.processorMs
  return {
    ...setting,
    architecture: architecture(setting),
    parameters: parameterCount(setting),
    product: measure,
    limitMs,
    processorLimitMs,
    rows: compared(rows, 'latentlab').map((row) => ({
      ...row,
      share: row.wall && limitMs && limitMs / row.wall.ms,
      processorShare: row.single && processorLimitMs && processorLimitMs / row.single.processorMs,
    })),
  }
}

/**
 * @param {ReturnType<typeof summarize>} summary
 * @param {import('./flags.js').Turns} turns
 * @returns {string} lines of text
 */
export function formatSummary(summary, turns) {
  const { batch, architecture, parameters, limitMs, processorLimitMs } = summary
  const least = [
    limitMs && `a step of products alone would take ${limitMs.toFixed(2)} ms`,
    processorLimitMs && `${processorLimitMs.toFixed(2)} ms on one thread`,
  ].filter(Boolean)
  return [
    `batch ${batch}, ${architecture} (${parameters} parameters); ` +
      [productRate(summary.product, turns), ...least].join(', '),
    ...formatRows(summary.rows, turns),
    ...remarks([summary.product, ...summary.rows]),
    '',
  ].join('\n')
}

/**
 * The machine's rate, measured beside the peers.
 *
 * @param {import('./measure.js').Row} product
 * @param {import('./flags.js').Turns} turns
 */
export function productRate(product, turns) {
  if (product.error) return `large product not measured: ${product.error}`
  const rates = product.runs.map(({ threads, ms }) => {
    const gflops = (productFlops(turns) / ms / 1e6).toFixed(0)
    return `${gflops} GFLOP/s on ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  })
  return `large product ${rates.join(' and ')} (ONNX Runtime ${product.version})`
}

const productFlops = (/** @type {import('./flags.js').Turns} */ { productSize }) =>
  2 * productSize ** 3

/**
 * @param {readonly Compared[]} rows
 * @param {import('./flags.js').Turns} turns
 * @returns {string[]} a table, and the reason why a row is missing
 */
export function formatRows(rows, { firstSteps }) {
  const header = [
    ...['peer', 'version', 'ms/step', 'threads', 'from–to', 'ratio', 'share'],
    ...['cpu ms, 1 thread', 'ratio', 'share'],
    ...[`loss 1–${firstSteps}`, 'last loss', 'after steps'],
  ]
  const measured = rows.filter((row) => row.wall)
  const lines = measured.map(({ wall, single, ...row }) => [
    row.name,
    row.version,
    ...[milliseconds(wall.ms), String(wall.threads)],
    `${milliseconds(Math.min(...wall.rounds))}–${milliseconds(Math.max(...wall.rounds))}`,
    ...[times(row.ratio), percent(row.share)],
    single ? milliseconds(single.processorMs) : '–',
    ...[times(row.processorRatio), percent(row.processorShare)],
    ...[nats(wall.firstLoss), nats(wall.lastLoss), String(wall.totalSteps)],
  ])
  return [
    ...(lines.length > 0 ? aligned([header, ...lines]) : []),
    ...rows.filter((row) => row.error).map((row) => `${row.name}: no figure – ${row.error}`),
  ]
}

/**
 * What a reader must know before trusting the figures.
 *
 * @param {readonly import('./measure.js').Row[]} rows
 */
export function remarks(rows) {
  const runs = rows.flatMap(({ name, runs }) => runs.map((run) => ({ name, ...run })))
  const restless = runs
    .filter((run) => run.idleLoad > IDLE_LOAD_LIMIT)
    .map(
      (run) =>
        `! ${nameOf(run.name, run.threads)}, kept ${run.idleLoad.toFixed(2)} cores busy while others were timed: the figures are not to be used`,
    )
  const training = runs.filter((run) => run.firstLoss)
  const losses = training.map((run) => run.firstLoss).sort((a, b) => a - b)
  const middle = losses[Math.floor(losses.length / 2)]
  const unlike = training
    .filter((run) => Math.abs(run.firstLoss / middle - 1) > LOSS_TOLERANCE)
    .map(
      (run) =>
        `! ${nameOf(run.name, run.threads)}, starts at a loss of ${nats(run.firstLoss)}, the others at ${nats(middle)}: not the same model?`,
    )
  return [...restless, ...unlike]
}

export const times = (/** @type {number | undefined} */ ratio) =>
  ratio ? `${ratio.toFixed(2)}×` : '–'
const percent = (/** @type {number | undefined} */ share) =>
  share ? `${(100 * share).toFixed(1)} %` : '–'
export const nats = (/** @type {number | null} */ loss) => (loss ? loss.toFixed(1) : '–')

export function milliseconds(/** @type {number} */ ms) {
  return ms.toFixed(ms < 1 ? 3 : ms < 10 ? 2 : 1)
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
