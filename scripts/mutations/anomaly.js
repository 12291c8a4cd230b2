// Scores of rows, the shares of their columns, thresholds and percentiles.

const forest = ['test/answers/anomaly/isolation-forest.test.ts']
const trees = ['test/answers/anomaly/isolation-trees.test.ts']
const nearest = ['test/answers/anomaly/nearest-rows.test.ts']
const residual = ['test/answers/anomaly/principal-residual.test.ts']
const threshold = ['test/answers/anomaly/threshold.test.ts']
const percentiles = ['test/answers/anomaly/percentiles.test.ts']
const beta = ['test/evaluate/beta.test.ts']

export const anomaly = [
  {
    name: 'a forest scores long paths high',
    file: 'src/answers/anomaly/isolation-forest.ts',
    from: 'average - sum / trees.roots.length',
    to: 'sum / trees.roots.length - average',
    tests: forest,
  },
  {
    name: 'the shares of a forest are those of its last tree',
    file: 'src/answers/anomaly/isolation-forest.ts',
    from: 'shares[cell]! += (paths',
    to: 'shares[cell]! = (paths',
    tests: forest,
  },
  {
    name: 'the fourth row of a forest has the score of the third',
    file: 'src/answers/anomaly/isolation-forest.ts',
    from: 'd = next(d, start + 3 * width)',
    to: 'd = next(d, start + 2 * width)',
    tests: forest,
  },
  {
    name: 'a value at the threshold of a split goes to the right',
    file: 'src/answers/anomaly/isolation-forest.ts',
    from: 'left[node]! + Number(values[start + columns[node]!]! > thresholds[node]!)',
    to: 'left[node]! + Number(values[start + columns[node]!]! >= thresholds[node]!)',
    tests: forest,
  },
  {
    name: 'a leaf of several rows counts as one row',
    file: 'src/answers/anomaly/isolation-trees.ts',
    from: 'depth + averagePath(end - start)',
    to: 'depth',
    tests: trees,
  },
  {
    name: 'isolation trees draw rows more than once',
    file: 'src/answers/anomaly/isolation-trees.ts',
    from: 'swap(rows, i, i + random.integer(rows.length - i))',
    to: 'rows[i] = random.integer(rows.length)',
    tests: trees,
  },
  {
    name: 'every isolation tree splits at the middle',
    file: 'src/answers/anomaly/isolation-trees.ts',
    from: 'const u = random.uniform()',
    to: 'const u = 0.5',
    tests: [...trees, ...forest],
  },
  {
    name: 'an isolation tree may be one split deeper',
    file: 'src/answers/anomaly/isolation-trees.ts',
    from: 'Math.ceil(Math.log2(sample))',
    to: 'Math.ceil(Math.log2(sample)) + 1',
    tests: trees,
  },
  {
    name: 'the distance to the nearest rows is a mean of squares',
    file: 'src/answers/anomaly/nearest-rows.ts',
    from: 'Math.sqrt(squaredDistances[at]!) / k',
    to: 'squaredDistances[at]! / k',
    tests: nearest,
  },
  {
    name: 'shares of a distance are not divided by the number of neighbours',
    file: 'src/answers/anomaly/nearest-rows.ts',
    from: '** 2 / distance / k',
    to: '** 2 / distance',
    tests: nearest,
  },
  {
    name: 'rows after the first thousands have the distances of the first',
    file: 'src/answers/anomaly/nearest-rows.ts',
    from: 'const queries = rowsBetween(all, start, end)',
    to: 'const queries = rowsBetween(all, 0, end - start)',
    tests: nearest,
  },
  {
    name: 'shares of rows after the first thousands are added to the first',
    file: 'src/answers/anomaly/nearest-rows.ts',
    from: 'addShares(queries, references, found, shares.subarray(read * width))',
    to: 'addShares(queries, references, found, shares)',
    tests: nearest,
  },
  {
    name: 'a residual is the distance from the mean',
    file: 'src/answers/anomaly/principal-residual.ts',
    from: 'residual[c]! -= code * component[c]!',
    to: 'residual[c]! -= 0 * component[c]!',
    tests: residual,
  },
  {
    name: 'PCA keeps one component more than it needs',
    file: 'src/answers/anomaly/principal-residual.ts',
    from: 'return count\n',
    to: 'return count + 1\n',
    tests: residual,
  },
  {
    name: 'the residual of PCA may have as many components as columns',
    file: 'src/answers/anomaly/principal-residual.ts',
    from: 'Math.min(width - 1, fewest(all, kept))',
    to: 'fewest(all, kept)',
    tests: residual,
  },
  {
    name: 'the rank of a threshold is that of n rows, not n + 1',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'falseAlarms * (rows + 1) * (1 + ROUNDING)',
    to: 'falseAlarms * rows * (1 + ROUNDING)',
    tests: threshold,
  },
  {
    name: 'a threshold is one score too high',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'calibration[rows - rank]!',
    to: 'calibration[rows - rank + 1]!',
    tests: threshold,
  },
  {
    name: 'equal scores leave the interval of a threshold as it is',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'tied > 0 ? above : rank',
    to: 'rank',
    tests: threshold,
  },
  {
    name: 'the bounds of a false-alarm rate are exchanged',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'high: betaQuantile(1 - outside, rank',
    to: 'high: betaQuantile(outside, rank',
    tests: threshold,
  },
  {
    name: 'the expected alarms are those of the calibration rows',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'estimate: rows * rate.estimate',
    to: 'estimate: n * rate.estimate',
    tests: threshold,
  },
  {
    name: 'a rate that is refused asks for a row too few',
    file: 'src/answers/anomaly/threshold.ts',
    from: 'Math.ceil((1 - ROUNDING) / falseAlarms) - 1',
    to: 'Math.ceil((1 - ROUNDING) / falseAlarms) - 2',
    tests: threshold,
  },
  {
    name: 'a percentile counts all calibration scores equal to the score',
    file: 'src/answers/anomaly/percentiles.ts',
    from: '(100 * (below + upTo)) / (2 * n)',
    to: '(100 * upTo) / n',
    tests: percentiles,
  },
  {
    name: 'the mean of percentiles is their sum',
    file: 'src/answers/anomaly/percentiles.ts',
    from: 'sums.map((sum) => sum / each.length)',
    to: 'sums',
    tests: percentiles,
  },
  {
    name: 'the parameters of a Beta distribution are exchanged above its mean',
    file: 'src/evaluate/statistics/beta.ts',
    from: '1 - lowerTail(1 - x, x, b, a)',
    to: '1 - lowerTail(1 - x, x, a, b)',
    tests: beta,
  },
]
