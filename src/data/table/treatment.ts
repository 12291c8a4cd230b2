import {
  type ColumnDistribution,
  distributionsOf,
  type TrainedKind,
} from '../../distributions/columns/column.ts'
import type { ColumnSchema } from './schema.ts'

const names: Readonly<Record<ColumnDistribution, string>> = {
  gaussian: 'Gaussian',
  'student-t': 'Student-t',
  'log-normal': 'log-normal',
  'negative-binomial': 'negative binomial',
  poisson: 'Poisson',
  bernoulli: 'Bernoulli',
  categorical: 'categorical',
  ordinal: 'ordinal',
}

/** What training does with a column, for `inspect`: `standardised; Gaussian`. */
export function treatmentOf(column: ColumnSchema): string {
  switch (column.kind) {
    case 'ignore':
      return 'left out'
    case 'text':
      return 'left out; kept as key'
    case 'label':
      return 'kept apart as label'
    default: {
      const distribution = (column.distribution ??
        distributionsOf[column.kind][0]) as ColumnDistribution
      return `${preparation(column.kind, column)}; ${names[distribution]}`
    }
  }
}

function preparation(kind: TrainedKind, { transform = 'standardise' }: ColumnSchema): string {
  switch (kind) {
    case 'binary':
      return '0 or 1'
    case 'categorical':
      return 'one-hot, with a place for unseen values'
    case 'ordinal':
      return 'its place in the order'
    case 'positive':
      return `logarithm${transform === 'none' ? '' : ', standardised'}`
    case 'count':
      return 'standardised log(1 + x) for the encoder'
    case 'datetime':
      return `days since 1970${transformed[transform]}`
    case 'numeric':
      return transformed[transform].slice(2) || 'as it is'
  }
}

const transformed = {
  standardise: ', standardised',
  quantile: ', mapped by quantiles',
  none: '',
} as const
