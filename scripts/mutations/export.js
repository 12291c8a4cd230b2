// The way of a trained model into a package, and of its figures onto the card.

const cli = ['test/cli/export.test.ts']
const goldens = ['test/package/golden-differences.test.ts']

export const exports = [
  {
    name: 'the threshold of a package is for a rate that nobody asked for',
    file: 'src/app/package/export.ts',
    from: 'thresholdFor(found.calibration[name]!, falseAlarms)',
    to: 'thresholdFor(found.calibration[name]!, undefined)',
    tests: cli,
  },
  {
    name: 'the card says the rate where the threshold belongs',
    file: 'src/app/package/card/score-section.ts',
    from: 'short(threshold.threshold)',
    to: 'short(falseAlarms)',
    tests: cli,
  },
  {
    name: 'a package holds training examples although its score needs none',
    file: 'src/app/package/export.ts',
    from: 'isDistance ? found.training : noExamples(source.trained.model)',
    to: 'found.training ?? noExamples(source.trained.model)',
    tests: cli,
  },
  {
    name: 'a package scores by the rate of everybody instead of its own',
    file: 'src/cli/score-output.ts',
    from: 'flags.falseAlarms ?? falseAlarms',
    to: 'flags.falseAlarms',
    tests: cli,
  },
  {
    name: 'what a score holds beside its shares is judged by its own size',
    file: 'src/package/golden-differences.ts',
    from: "output === 'code_share' ? expected.score : array",
    to: 'array',
    tests: goldens,
  },
  {
    name: 'a difference from the goldens is divided by what was found',
    file: 'src/package/golden-differences.ts',
    from: '/ (1 + scale * Math.abs(Number(sizes.data[i])))',
    to: '/ (1 + scale * Math.abs(Number(a)))',
    tests: goldens,
  },
  {
    name: 'indices that differ are numbers that nearly agree',
    file: 'src/package/golden-differences.ts',
    from: 'largest <= TOLERANCE && unequal === 0',
    to: 'largest <= TOLERANCE',
    tests: goldens,
  },
]
