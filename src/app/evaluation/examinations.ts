import type { TermMeans } from '../../evaluate/terms.ts'
import { anomaly } from './anomaly.ts'
import type { Examination } from './examination.ts'
import { generation } from './generation.ts'
import { lossFigures } from './ledger-entries.ts'
import { likelihood } from './likelihood.ts'
import { manifold } from './manifold.ts'
import { reconstruction } from './reconstruction.ts'
import { representation } from './representation.ts'

/**
 * All that can be measured, in the order in which it is told.
 *
 * @param means the loss terms over the split, which every evaluation has
 */
export const examinations = (means: TermMeans): readonly Examination[] => [
  {
    group: 'loss',
    what: 'loss terms',
    belongs: () => true,
    figures: async (subject) => {
      const labelsHash = subject.model.labels && subject.hashes.labels
      const figures = lossFigures({ ...subject, means })
      return figures.map((figure) => ({ ...figure, ...(labelsHash && { labelsHash }) }))
    },
  },
  reconstruction,
  likelihood,
  representation,
  manifold,
  generation,
  anomaly,
]
