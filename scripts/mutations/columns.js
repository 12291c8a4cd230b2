// The likelihood of a row of a table: units, gaps, and which number belongs to which column.

const scipy = ['test/distributions/columns/likelihood.test.ts']
const densities = ['test/distributions/columns/densities.test.ts']
const drawn = ['test/distributions/columns/samples.test.ts']
const expanded = ['test/distributions/columns/expand.test.ts']
const gamma = ['test/graph/gamma.test.ts']
const likelihood = 'src/distributions/columns/likelihood.ts'
const expand = 'src/distributions/columns/expand.ts'

export const columns = [
  {
    name: 'columns: the density of a cell is taken for that of the value',
    file: 'src/distributions/columns/units.ts',
    from: 'return -Math.log(column.scale) - (column',
    to: 'return 0 - (column',
    tests: densities,
  },
  {
    name: 'columns: a positive column lacks - log x',
    file: 'src/distributions/columns/units.ts',
    from: "c.kind === 'positive' ? -c.scale : 0",
    to: "c.kind === 'positive' ? c.scale : 0",
    tests: densities,
  },
  {
    name: 'columns: the slope of a quantile mapping is upside down',
    file: 'src/distributions/columns/units.ts',
    from: 'Math.log((y[i + 1]! - y[i]!) / (next - x[i]!))',
    to: '-Math.log((y[i + 1]! - y[i]!) / (next - x[i]!))',
    tests: densities,
  },
  {
    name: 'columns: an unseen category is counted',
    file: likelihood,
    from: 'column.categories?.length ?? Infinity',
    to: 'Infinity',
    tests: scipy,
  },
  {
    name: 'columns: a missing cell reaches the arithmetic',
    file: likelihood,
    from: 'return { x: counted.select(x, 0), counted }',
    to: 'return { x, counted }',
    tests: scipy,
  },
  {
    name: 'columns: Student-t columns take the σ of the first Gaussian ones',
    file: likelihood,
    from: "const start = name === 'gaussian' ? 0 : gaussians",
    to: 'const start = 0 * gaussians',
    tests: scipy,
  },
  {
    name: 'columns: a rate lacks the centre of its column',
    file: likelihood,
    from: 'initial ? Math.log(initial.mean) : centre)',
    to: 'initial ? Math.log(initial.mean) : 0)',
    tests: scipy,
  },
  {
    name: 'columns: probabilities of 0 and 1 are swapped',
    file: likelihood,
    from: 'concat([one.neg().add(1), one], 1)',
    to: 'concat([one, one.neg().add(1)], 1)',
    tests: scipy,
  },
  {
    name: 'columns: cells stay in the order of the groups',
    file: 'src/distributions/columns/layout.ts',
    from: 'order.map((_, column) => order.indexOf(column))',
    to: 'order.map((_, column) => column)',
    tests: scipy,
  },
  {
    name: 'columns: all draw the same noise',
    file: 'src/distributions/disjoint-noise.ts',
    from: 'return draw({ normal: give',
    to: 'if (noise) return draw(noise)\n  return draw({ normal: give',
    tests: drawn,
  },
  {
    name: 'columns: higher locations make lower categories',
    file: 'src/distributions/ordinal.ts',
    from: 'const latent = location.add(',
    to: 'const latent = location.neg().add(',
    tests: drawn,
  },
  {
    name: 'columns: an encoder sees the count instead of its logarithm',
    file: expand,
    from: 'picked(values, count).log1p()',
    to: 'picked(values, count)',
    tests: expanded,
  },
  {
    name: 'columns: the mask marks the gaps',
    file: expand,
    from: 'picked(known, gaps).cast',
    to: 'picked(known, gaps).not().cast',
    tests: expanded,
  },
  {
    name: 'columns: the time of day is that since the centre',
    file: expand,
    from: '(centre / period) % 1',
    to: '(0 * centre) % period',
    tests: expanded,
  },
  {
    name: 'columns: the year has 365 days',
    file: expand,
    from: 'year: 365.2425',
    to: 'year: 365',
    tests: expanded,
  },
  {
    name: 'columns: the rate of a negative binomial is not divided by r',
    file: 'src/distributions/negative-binomial.ts',
    from: 'own).mul(mean.div(r))',
    to: 'own).mul(mean)',
    tests: ['test/distributions/counts.test.ts'],
  },
  {
    name: 'columns: proposals of a Poisson are all accepted',
    file: 'src/distributions/poisson.ts',
    from: 'inside.or(possible.and(below))',
    to: 'inside.or(possible.or(below))',
    tests: ['test/distributions/counts.test.ts'],
  },
  {
    name: 'columns: log Γ in float32 goes up by two steps instead of three',
    file: 'src/graph/ops/gamma.ts',
    from: 'steps(emit, x!, LGAMMA_SHIFT).reduce',
    to: 'steps(emit, x!, LGAMMA_SHIFT - 1).reduce',
    tests: gamma,
  },
  {
    name: 'columns: polygamma in float32 has the sign of the order below',
    file: 'src/graph/ops/gamma.ts',
    from: 'emit.float(sign),',
    to: 'emit.float(-sign),',
    tests: gamma,
  },
  {
    name: 'columns: counts do not start at their mean',
    file: likelihood,
    from: 'initial ? Math.log(initial.mean) : centre',
    to: 'initial ? centre : centre',
    tests: ['test/distributions/columns/initial-counts.test.ts'],
  },
  {
    name: 'columns: counts do not start at their dispersion',
    file: likelihood,
    from: 'Math.log(initial?.dispersion ?? 1)',
    to: 'Math.log(1)',
    tests: ['test/distributions/columns/initial-counts.test.ts'],
  },
  {
    name: 'columns: the dispersion of counts starts upside down',
    file: 'src/data/table/fit.ts',
    from: 'mean ** 2 / excess',
    to: 'excess / mean ** 2',
    tests: ['test/data/table/fit.test.ts'],
  },
  {
    name: 'columns: masked cells of a dae are not marked',
    file: 'src/models/dae.ts',
    from: '({ ...column, gaps: true })',
    to: '({ ...column })',
    tests: ['test/models/contract/mixed-table.test.ts'],
  },
  {
    name: 'columns: principal components take a missing value for 0',
    file: 'src/models/feature-rows.ts',
    from: 'values[at] = means[at % dimension]!',
    to: 'values[at] = 0',
    tests: ['test/models/claims/table-components.test.ts'],
  },
  {
    name: 'columns: a bound per cell is divided by the columns',
    file: 'src/evaluate/loss/observed-cells.ts',
    from: 'counts[row + (at - column) / columns.length]!++',
    to: 'counts[row + (at - column) / columns.length] = columns.length',
    tests: ['test/evaluate/observed-cells.test.ts'],
  },
]
