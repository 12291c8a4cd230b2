import { advice, defaultOf, rounded, steps, usualRate } from './advice.ts'
import type { ExaminedCurves, Options, Suggestion } from './finding.ts'

/** Factor by which a rate may be above the usual one. */
const FASTER = 5

/** What to do where the model has none of the options below. */
const EQUAL_PACE = 'train generator and discriminator at rates at which neither wins'

/**
 * Options for a discriminator that does not win: the usual rate for long enough if the run had neither, else narrower
 * layers where their width is an option, else smoother ones.
 */
export function gentler(examined: ExaminedCurves): Suggestion {
  const { config } = examined
  const { discriminatorHidden } = config.options
  const narrower = Array.isArray(discriminatorHidden) && {
    discriminatorHidden: discriminatorHidden.map((width) => Math.ceil(Number(width) / 4)).join(','),
  }
  const slower = { lr: rounded(config.train.lr / 2) }
  return advice(examined, [enough(examined), narrower, smoother(examined), slower], EQUAL_PACE)
}

/** The defaults of whatever keeps a discriminator from winning, where the run has something else. */
function smoother(examined: ExaminedCurves): Options | undefined {
  const { options } = examined.config
  const names = ['discriminatorActivation', 'normalization', 'discriminatorDropout'] as const
  const changed = names.filter((name) => {
    const usual = defaultOf(examined, name)
    return usual !== undefined && String(options[name]) !== String(usual)
  })
  if (changed.length === 0) return undefined
  const value = (usual: unknown) => (typeof usual === 'number' ? usual : String(usual))
  return Object.fromEntries(changed.map((name) => [name, value(defaultOf(examined, name))]))
}

/**
 * The usual rate, or up to five times as much if there are few steps: Adam moves a weight by about the rate a step,
 * and a generator starts with outputs that are all alike.
 */
const enoughRate = (examined: ExaminedCurves): number => {
  const usual = usualRate(examined)
  return Math.min(FASTER * usual, Math.max(usual, 1 / steps(examined)))
}

/** The rate and the epochs that generator and discriminator need; undefined if the run had them. */
function enough(examined: ExaminedCurves): Options | undefined {
  const { lr, epochs } = examined.config.train
  const rate = enoughRate(examined)
  const longer = Math.ceil(epochs / Math.min(1, rate * steps(examined)))
  const changes = {
    ...((lr > 2 * rate || lr < rate / 2) && { lr: rounded(rate) }),
    ...(longer > epochs && { epochs: longer }),
  }
  return Object.keys(changes).length > 0 ? changes : undefined
}

/** Options with which generator and discriminator learn about equally fast, for long enough. */
export function balanced(examined: ExaminedCurves): Suggestion {
  const longer = { epochs: 2 * examined.config.train.epochs }
  return advice(examined, [enough(examined), smoother(examined), longer], EQUAL_PACE)
}
