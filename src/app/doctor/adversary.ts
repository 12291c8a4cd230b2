import { defaultOf, flags, rounded, steps, usualRate } from './advice.ts'
import type { ExaminedRun } from './finding.ts'

/** A rate is far from the usual one from this factor on. */
const FAR = 5

/**
 * Options for a weaker discriminator: the usual rate if that of the run is far higher, else narrower layers where
 * their width is an option, else smoother ones.
 */
export function gentler(examined: ExaminedRun): string {
  const { lr } = examined.config.train
  if (lr > FAR * enoughRate(examined)) return balanced(examined)
  const { discriminatorHidden } = examined.config.options
  if (Array.isArray(discriminatorHidden))
    return flags({
      'discriminator-hidden': discriminatorHidden
        .map((width) => Math.ceil(Number(width) / 4))
        .join(','),
    })
  return smoother(examined) ?? flags({ lr: rounded(lr / 2) })
}

/** The defaults of whatever keeps a discriminator from winning, where the run has something else. */
function smoother(examined: ExaminedRun): string | undefined {
  const { options } = examined.config
  const names = ['discriminatorActivation', 'normalization', 'discriminatorDropout'] as const
  const changed = names.filter((name) => {
    const usual = defaultOf(examined, name)
    return usual !== undefined && String(options[name]) !== String(usual)
  })
  if (changed.length === 0) return undefined
  return flags(
    Object.fromEntries(
      changed.map((name) => [
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        String(defaultOf(examined, name)),
      ]),
    ),
  )
}

/**
 * The usual rate, or up to five times as much if there are few steps: Adam moves a weight by about the rate a step,
 * and a generator starts with outputs that are all alike.
 */
const enoughRate = (examined: ExaminedRun): number => {
  const usual = usualRate(examined)
  return Math.min(FAR * usual, Math.max(usual, 1 / steps(examined)))
}

/** Options with which generator and discriminator learn about equally fast, for long enough. */
export function balanced(examined: ExaminedRun): string {
  const { lr, epochs } = examined.config.train
  const rate = enoughRate(examined)
  const longer = Math.ceil(epochs / Math.min(1, rate * steps(examined)))
  const changes = {
    ...((lr > 2 * rate || lr < rate / 2) && { lr: rounded(rate) }),
    ...(longer > epochs && { epochs: longer }),
  }
  if (Object.keys(changes).length > 0) return flags(changes)
  return smoother(examined) ?? flags({ epochs: 2 * epochs })
}
