import { z } from 'zod'
import { text } from '../config/options.ts'
import {
  type Corruption,
  type CorruptionName,
  corrupt,
  parseCorruption,
} from '../distributions/corruption.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'

const EXPECTED = 'expected masking:P, gaussian:SIGMA, salt-pepper:P, swap:P or none'

const name = () => text<CorruptionName>((given) => parseCorruption(given) !== undefined, EXPECTED)

/** Option of what is done to an example before it is encoded. */
export const corruption = () =>
  name().describe(
    'what is undone, afresh at every step: masking:P, gaussian:SIGMA, salt-pepper:P, swap:P (values of other rows, for tables) or none',
  )

/** The same for each of several layers: one for all, or one for each. */
export const corruptions = () =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((s) => s.trim()) : value),
      z.array(name()).min(1),
    )
    .describe(
      'what each layer undoes: one of masking:P, gaussian:SIGMA, … for all, or one for each',
    )

/** Reads what the schema has let through. */
export const corruptionOf = (text: string): Corruption => parseCorruption(text)!

/** Examples, spoilt as the configuration says. */
export const corrupted = (m: { config: { corruption: string } }, x: Tensor, mode: Mode): Tensor =>
  corruptedBy(m.config.corruption, x, mode)

/** The same by the text of a corruption. */
export function corruptedBy(text: string, x: Tensor, mode: Mode): Tensor {
  const population = mode.population && ((rows: Tensor) => mode.population!('corruption', rows))
  return corrupt(x, corruptionOf(text), mode.noise('corruption'), population)
}
