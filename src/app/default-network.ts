import type { DataSet } from '../data/dataset.ts'
import { kindOf } from '../data/form.ts'
import type { RunConfig } from './config.ts'

/** Images of this height and width, and smaller ones, get the network that is the default of their model. */
const SMALL = 32

/** Options that only networks of dense layers have. */
const ofDenseLayers = ['hidden', 'tied']

/** Whether a model has convolutional networks, and nobody chose its networks or an option of dense layers. */
function leavesNetworkOpen({ options }: RunConfig, chosen: readonly string[]): boolean {
  const isOpen = !chosen.some((name) => name === 'network' || ofDenseLayers.includes(name))
  return isOpen && options.network === 'mlp' && options.tied !== true
}

/**
 * The configuration with convolutional networks if the data is images larger than 32×32, for networks left open.
 *
 * @param chosen names of the options that somebody chose; all of them if absent
 */
export function withNetworkFor(
  config: RunConfig,
  { form }: Pick<DataSet, 'form'>,
  chosen?: readonly string[],
): RunConfig {
  if (!chosen || !leavesNetworkOpen(config, chosen)) return config
  const [, height = 1, width = 1] = form.exampleShape
  const isLarge = Math.min(height, width) >= SMALL && height * width > SMALL * SMALL
  if (kindOf(form) !== 'image' || !isLarge) return config
  return { ...config, options: { ...config.options, network: 'conv' } }
}

/** What is said of a network that the data decided, to follow the description of the data. */
export const networkNote = (before: RunConfig, { options }: RunConfig): string =>
  before.options.network === options.network
    ? ''
    : `; network ${options.network}, the default for images larger than ${SMALL} × ${SMALL}`
