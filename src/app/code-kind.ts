import { Tensor } from '../graph/tensor.ts'
import type { BuiltModel } from '../train/build.ts'
import { oneHot } from '../train/program.ts'

/**
 * Whether codes are drawn in a way that no gradient passes, as binary ones are: training must then have
 * taken a relaxation of them.
 */
export function drawsRelaxedCodes({ posterior, labels, info }: BuiltModel): boolean {
  if (!posterior) return false
  const classes = Tensor.input('labels', [1], 'int64')
  const q = posterior(Tensor.input('x', [1, info.dimension]), {
    training: false,
    noise() {
      throw new Error('a posterior draws nothing until it is sampled')
    },
    ...(labels === 'condition' && { labels: oneHot(classes, info.classes!) }),
  })
  return !q.reparametrised
}
