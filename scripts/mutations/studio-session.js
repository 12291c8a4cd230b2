/** Faults of the Studio's session, and of figures on their way to its page. */
const answers = ['test/studio/session-answers.test.ts']
const taking = ['test/studio/session-taking.test.ts']
const sets = ['test/studio/example-set.test.ts']
const measures = ['test/studio/measures.test.ts']
const charts = ['test/studio/explore/charts.test.ts']

export const studioSession = [
  {
    name: 'studio session: known anomalies count as normal',
    file: 'studio/src/session/calibration.ts',
    from: 'anomalies.push(...(await model.score(rows)).scores)',
    to: 'normal.push(...(await model.score(rows)).scores)',
    tests: answers,
  },
  {
    name: 'studio session: training examples are scored in place of test examples',
    file: 'studio/src/session/calibration.ts',
    from: 'const TEST = 2',
    to: 'const TEST = 0',
    tests: answers,
  },
  {
    name: 'studio session: mean and deviation of a dimension are swapped',
    file: 'studio/src/session/latent-calls.ts',
    from: 'deviation: column(({ deviation }) => deviation)',
    to: 'deviation: column(({ mean }) => mean)',
    tests: answers,
  },
  {
    name: 'studio session: dimensions are figured in the order of their KL',
    file: 'studio/src/session/latent-calls.ts',
    from: '.sort((a, b) => a.index - b.index)',
    to: '',
    tests: answers,
  },
  {
    name: 'studio session: a path ends where it began',
    file: 'studio/src/session/latent-calls.ts',
    from: 'codePaths[along](from, to, steps)',
    to: 'codePaths[along](from, from, steps)',
    tests: answers,
  },
  {
    name: 'studio session: the variance of a component is not a share',
    file: 'studio/src/session/latent-calls.ts',
    from: 'variance / totalVariance',
    to: 'variance',
    tests: answers,
  },
  {
    name: 'studio session: colours are those of the first examples again and again',
    file: 'studio/src/session/map.ts',
    from: '(_, i) => start + i)',
    to: '(_, i) => i)',
    tests: answers,
  },
  {
    name: 'studio session: a loss is coloured by its first term in place of the bound',
    file: 'studio/src/session/map.ts',
    from: 'return bound ?? terms[first!]!',
    to: 'return terms[first!]!',
    tests: answers,
  },
  {
    name: 'studio session: a table that is saved has rows for splits',
    file: 'studio/src/session/saving.ts',
    from: 'splitNames[splits[place]!]!',
    to: 'splitNames[splits[n]!]!',
    tests: taking,
  },
  {
    name: 'studio session: a saved row has the code of its place on the map',
    file: 'studio/src/session/saving.ts',
    from: 'codes.subarray(n * latent, (n + 1) * latent)',
    to: 'codes.subarray(place * latent, (place + 1) * latent)',
    tests: taking,
  },
  {
    name: 'studio session: a recipe lacks what differs from a default',
    file: 'studio/src/session/recipe.ts',
    from: 'JSON.stringify(values[name]) !== JSON.stringify(usual)',
    to: 'JSON.stringify(values[name]) === JSON.stringify(usual)',
    tests: taking,
  },
  {
    name: 'studio session: examples are known by their index in the split',
    file: 'studio/src/session/example-set.ts',
    from: 'data.splits[name].rows[index]!)',
    to: 'index)',
    tests: sets,
  },
  {
    name: 'studio session: a digit that leans to the right leans to the left',
    file: 'studio/src/session/measures.ts',
    from: 'Math.atan2(-across, down)',
    to: 'Math.atan2(across, down)',
    tests: measures,
  },
  {
    name: 'studio session: slant is in radians',
    file: 'studio/src/session/measures.ts',
    from: '(Math.atan2(-across, down) * 180) / Math.PI',
    to: 'Math.atan2(-across, down)',
    tests: measures,
  },
  {
    name: 'studio session: training gets no more time than answers',
    file: 'studio/src/session/answering.ts',
    from: 'SHARE * this.took',
    to: 'this.took',
    tests: ['test/studio/answering.test.ts'],
  },
  {
    name: 'studio page: an alarm needs a score at the threshold',
    file: 'studio/src/page/explore/anomalies/histogram.ts',
    from: 'values[i]! > threshold',
    to: 'values[i]! >= threshold',
    tests: charts,
  },
  {
    name: 'studio page: colours of a picture change places',
    file: 'studio/src/session/map.ts',
    from: 'const from = (n * channels + c) * area',
    to: 'const from = (n * channels + (channels - 1 - c)) * area',
    tests: answers,
  },
]
