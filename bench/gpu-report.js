import { machineLine } from './machine.js'
import { aligned, compared, milliseconds, nats, remarks, times } from './report.js'

/** Above this relative difference from the CPU's losses, a time is not to be used. */
const DIFFERENCE_LIMIT = 1e-3

/**
 * What was found at one setting.
 *
 * @typedef {object} Found
 * @property {import('./gpu-peers.js').GpuSetting} setting
 * @property {import('./gpu-start.js').Starts} [starts]
 * @property {string} [error] why there are none
 * @property {readonly import('./measure.js').Row[]} rows
 */

/** The first lines: what is measured on, and whether its times say anything. */
export function heading(
  /** @type {string} */ device,
  /** @type {ReturnType<typeof import('./vulkan.js').adapter>} */ found,
) {
  const lines = [
    machineLine(),
    `adapter: ${'error' in found ? `none (${found.error})` : found.name}`,
  ]
  if (device !== 'webgpu') lines.push(`Latentlab on the device ${device}: no figure of a GPU`)
  else if ('software' in found && found.software) lines.push('software device: correctness only')
  return `${lines.join('\n')}\n`
}

/** @returns {string} the table of a setting, and what a reader must know before trusting it */
export function formatFound(
  /** @type {Found} */ { setting, starts, error, rows },
  /** @type {{ firstSteps: number }} */ { firstSteps },
) {
  return [
    `${setting.name}: ${'hidden' in setting ? `784-${[...setting.hidden, setting.latent].join('-')}` : `28×28, channels ${setting.channels.join('-')}`}, batch ${setting.batch}`,
    starts ? formatStarts(starts) : `latentlab, fresh process: no figure – ${error}`,
    ...formatTurns(compared(rows, 'latentlab'), firstSteps),
    ...(starts ? doubts(starts) : []),
    ...remarks(rows),
    '',
  ].join('\n')
}

function formatStarts(/** @type {import('./gpu-start.js').Starts} */ starts) {
  const { seconds, median, losses, difference } = starts
  return [
    `latentlab, fresh process: first step after ${median.toFixed(2)} s (${seconds.map((s) => s.toFixed(2)).join(', ')})`,
    `losses of ${losses.length} steps within ${difference.toExponential(1)} of the CPU's`,
  ].join('; ')
}

function doubts(/** @type {import('./gpu-start.js').Starts} */ { difference, equal }) {
  const doubts = []
  if (!(difference <= DIFFERENCE_LIMIT))
    doubts.push("! latentlab, losses differ from the CPU's: its time is not to be used")
  if (!equal) doubts.push('! latentlab, losses differ from one process to the next')
  return doubts
}

/**
 * @param {readonly import('./report.js').Compared[]} rows
 * @param {number} firstSteps
 */
function formatTurns(rows, firstSteps) {
  const header = [
    ...['peer', 'version, device, precision', 'ms/step', 'from–to', 'ratio', 'cpu ms'],
    ...[`loss 1–${firstSteps}`, 'last loss', 'after steps'],
  ]
  const lines = rows.flatMap(({ name, version = '', wall, ratio }) =>
    wall
      ? [
          [
            ...[name, version, milliseconds(wall.ms)],
            `${milliseconds(Math.min(...wall.rounds))}–${milliseconds(Math.max(...wall.rounds))}`,
            times(ratio),
            wall.processorMs > 0 ? milliseconds(wall.processorMs) : '–',
            ...[nats(wall.firstLoss), nats(wall.lastLoss), String(wall.totalSteps)],
          ],
        ]
      : [],
  )
  return [
    ...(lines.length > 0 ? aligned([header, ...lines]) : []),
    ...rows.filter((row) => row.error).map((row) => `${row.name}: no figure – ${row.error}`),
  ]
}

/** One line of a training by the command. */
export function formatTraining(
  /** @type {import('./gpu-training.js').Trained} */ trained,
  /** @type {number} */ epochs,
) {
  const { device, seconds, validation, version, error } = trained
  const name = `latentlab train, epochs: ${epochs}, with validation and report, ${device}`
  return seconds === undefined
    ? `${name}: no figure – ${error}`
    : `${name}: ${seconds.toFixed(1)} s, validation loss ${validation?.toFixed(2)} (${version})`
}
