import { z } from 'zod'
import { readBy, text } from '../config/options.ts'
import { adjustable } from '../config/schema-facts.ts'
import { corruptCells } from '../distributions/columns/corrupt-cells.ts'
import {
  type Corruption,
  type CorruptionName,
  corrupt,
  parseCorruption,
} from '../distributions/corruption.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import type { ExampleInfo } from './model.ts'

const EXPECTED = 'masking:P, gaussian:SIGMA, salt-pepper:P, swap:P or none'

const SUGGESTED = ['masking:0.25', 'gaussian:0.3', 'salt-pepper:0.1', 'swap:0.1', 'none']

const name = () =>
  text<CorruptionName>((given) => parseCorruption(given) !== undefined, EXPECTED, SUGGESTED)

/** The option for the corruption of an example before it is encoded. */
export const corruption = () =>
  adjustable(
    name().describe(
      'corruption to undo, drawn afresh at every step: masking:P, gaussian:SIGMA, salt-pepper:P, swap:P (values of other rows, for tables) or none',
    ),
  )

/** The same for several layers: one corruption for all, or one for each. */
export const corruptions = () =>
  adjustable(
    readBy(
      (value) => (typeof value === 'string' ? value.split(',').map((s) => s.trim()) : value),
      z.array(name()).min(1),
    ).describe(
      'corruption that each layer undoes, such as masking:P or gaussian:SIGMA: one for all, or one for each',
    ),
  )

/** Reads a text that the schema has accepted. */
export const corruptionOf = (text: string): Corruption => parseCorruption(text)!

/** Examples, corrupted as configured. */
export const corrupted = (
  m: { readonly config: { readonly corruption: string }; readonly info: ExampleInfo },
  x: Tensor,
  mode: Mode,
): Tensor => corruptedBy(m.config.corruption, x, mode, m.info)

/** Examples, corrupted as a text such as `masking:0.25` says. */
export function corruptedBy(
  text: string,
  x: Tensor,
  mode: Mode,
  { columns }: Pick<ExampleInfo, 'columns'> = {},
): Tensor {
  const population = mode.population && ((rows: Tensor) => mode.population!('corruption', rows))
  const [corruption, noise] = [corruptionOf(text), mode.noise('corruption')]
  return columns
    ? corruptCells(columns, x, corruption, noise, population)
    : corrupt(x, corruption, noise, population)
}
