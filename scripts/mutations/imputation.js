// What is put into gaps: baselines, their errors, and draws with their intervals.

const baselines = ['test/answers/imputation/baselines.test.ts']
const errors = ['test/answers/imputation/error.test.ts']
const multiple = ['test/answers/imputation/multiple.test.ts']
const folder = 'src/answers/imputation'

export const imputation = [
  {
    name: 'imputation: rows that share few features are near',
    file: `${folder}/nearest-rows.ts`,
    from: '(sum / count) * width',
    to: 'count > 0 ? sum : Number.NaN',
    tests: baselines,
  },
  {
    name: 'imputation: rows that are equally far all have a place of their own',
    file: `${folder}/nearest-rows.ts`,
    from: '(count - nearer.length) / last.length',
    to: '1 + 0 * (count - nearer.length)',
    tests: baselines,
  },
  {
    name: 'imputation: near rows count by the square of their distance',
    file: `${folder}/nearest-rows.ts`,
    from: 'places / Math.sqrt(squaredDistance)',
    to: 'places / squaredDistance',
    tests: baselines,
  },
  {
    name: 'imputation: a category is predicted from the others of its column',
    file: `${folder}/iterative-ridge.ts`,
    from: 'column === columnOf[feature] ? [] : [f]',
    to: 'column < 0 || f === feature ? [] : [f]',
    tests: baselines,
  },
  {
    name: 'imputation: the feature with the most gaps comes first',
    file: `${folder}/iterative-ridge.ts`,
    from: 'gaps[a]! - gaps[b]! ||',
    to: 'gaps[b]! - gaps[a]! ||',
    tests: baselines,
  },
  {
    name: 'imputation: the tolerance is not relative to the largest feature',
    file: `${folder}/iterative-ridge.ts`,
    from: '< tolerance * largest',
    to: '< tolerance * Math.min(1, largest)',
    tests: baselines,
  },
  {
    name: 'imputation: ridge counts no weight as determined by the data',
    file: `${folder}/bayesian-ridge.ts`,
    from: '(n - determined + 2 * PRIOR)',
    to: '(n + 2 * PRIOR)',
    tests: baselines,
  },
  {
    name: 'imputation: a predicted rank lies beyond the last category',
    file: `${folder}/encoding.ts`,
    from: 'Math.min(categories - 1, Math.max(0, Math.round(value)))',
    to: 'Math.max(0, Math.round(value))',
    tests: baselines,
  },
  {
    name: 'imputation: values of cells are in units of the cells',
    file: `${folder}/imputer.ts`,
    from: '? valueOfCell(column, cell) :',
    to: '? cell :',
    tests: baselines,
  },
  {
    name: 'imputation: the range is of the hidden cells alone',
    file: `${folder}/error.ts`,
    from: '() => rangeOf(columns, truth, c)',
    to: '() => Math.max(...differences) - Math.min(...differences)',
    tests: errors,
  },
  {
    name: 'imputation: ranks are divided by one category too few',
    file: `${folder}/error.ts`,
    from: '/ categoryCount(column)',
    to: '/ (categoryCount(column) - 1)',
    tests: errors,
  },
  {
    name: 'imputation: draws rise with their place',
    file: `${folder}/multiple.ts`,
    from: 'chosen[from]!',
    to: 'chosen[to + 0 * from]!',
    tests: multiple,
  },
  {
    name: 'imputation: draws depend on the rows that a row is passed with',
    file: `${folder}/multiple.ts`,
    from: 'streamOf(firstRow + row)',
    to: 'streamOf(row)',
    tests: multiple,
  },
  {
    name: 'imputation: the quantiles are those of the draws, too narrow for a further one',
    file: `${folder}/multiple.ts`,
    from: '((1 - reached) / 2) * (count + 1))',
    to: '((1 - reached) / 2) * (count - 1) + 1)',
    tests: multiple,
  },
  {
    name: 'imputation: the set of categories lacks the last one that it needs',
    file: `${folder}/multiple.ts`,
    from: 'order.slice(0, size + 1)',
    to: 'order.slice(0, Math.max(1, size))',
    tests: multiple,
  },
]
