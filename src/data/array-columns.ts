import type { HostTensor } from '../tensor/host.ts'
import type { Binarize } from './dataset.ts'
import type { Reading } from './examples.ts'
import { layoutOf } from './layout.ts'

/** The likelihood that a model will have, and whether somebody chose it. */
export interface LikelihoodUse {
  readonly name: string
  readonly isChosen: boolean
}

/**
 * How the columns of an array of numbers are taken: each by a kind that is inferred; all as numbers, brought to mean 0
 * and standard deviation 1; or as values that a network sees as they are.
 */
export type ArrayColumns = 'inferred' | 'numeric' | 'plain'

/**
 * How the columns of an array are taken: as by the model that was trained on it, or by the likelihood of a new one.
 * Probabilities, as a Bernoulli likelihood needs them, are never rescaled; where nobody chose that likelihood and values
 * are none, the columns get their kinds.
 */
export function columnsOf(
  { shape, data }: Pick<HostTensor, 'shape' | 'data'>,
  {
    known,
    layout,
    likelihood,
    standardise = true,
    schema,
    label,
    binarize = 'none',
  }: Reading & {
    readonly binarize?: Binarize | undefined
    readonly likelihood?: LikelihoodUse | undefined
    readonly standardise?: boolean | undefined
    readonly schema?: unknown
    readonly label?: string | undefined
  },
): ArrayColumns {
  if (known)
    return known.form?.table ? (known.form.table.numbers ? 'numeric' : 'inferred') : 'plain'
  if (shape.length !== 2 || layout?.match(/\d/) || layoutOf(shape, '', layout).order !== 'table')
    return 'plain'
  // Draws need probabilities; what is none is refused there.
  if (binarize !== 'none') return 'plain'
  if (schema !== undefined || label !== undefined) return 'inferred'
  if (!likelihood) return 'plain'
  if (likelihood.name === 'columns') return 'inferred'
  if (likelihood.name.startsWith('gaussian')) return standardise ? 'numeric' : 'plain'
  return likelihood.isChosen || areProbabilities(data) ? 'plain' : 'inferred'
}

function areProbabilities(data: HostTensor['data']): boolean {
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i])
    if (!(value >= 0 && value <= 1)) return false
  }
  return true
}
