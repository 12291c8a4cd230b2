// What the library hands out and says: calls of a model, closing, former names, and errors in two wordings.

const calls = ['test/inputs/model.test.ts', 'test/app/values-in.test.ts']
const closing = ['test/package/closing.test.ts']
const former = ['test/app/former-names.test.ts']
const model = 'src/app/library/model.ts'

export const library = [
  {
    name: 'sample ignores its seed',
    file: model,
    from: 'const drawn = await trained.samplePrior(count, seed)',
    to: 'const drawn = await trained.samplePrior(count, SEED)',
    tests: calls,
  },
  {
    name: 'draw ignores its seed',
    file: model,
    from: 'await trained.draw(rows, seed, classes(labels, rows))',
    to: 'await trained.draw(rows, SEED, classes(labels, rows))',
    tests: calls,
  },
  {
    name: 'draw ignores its labels',
    file: model,
    from: 'await trained.draw(rows, seed, classes(labels, rows))',
    to: 'await trained.draw(rows, seed)',
    tests: calls,
  },
  {
    name: 'corrupt ignores another corruption',
    file: model,
    from: 'await trained.corrupt(await read(x), seed, by)',
    to: 'await trained.corrupt(await read(x), seed)',
    tests: calls,
  },
  {
    name: 'interpolate ignores its steps',
    file: model,
    from: 'interpolate(trained, from, to, steps, labels)',
    to: 'interpolate(trained, from, to, STEPS, labels)',
    tests: calls,
  },
  {
    name: 'the ends of an interpolation are exchanged',
    file: model,
    from: 'interpolate(trained, from, to, steps, labels)',
    to: 'interpolate(trained, to, from, steps, labels)',
    tests: calls,
  },
  {
    name: 'a manifold ignores its label',
    file: model,
    from: 'manifoldGrid(trained, size, label)',
    to: 'manifoldGrid(trained, size)',
    tests: calls,
  },
  {
    name: 'the epoch and the step of a model are exchanged',
    file: model,
    from: '      epoch,\n      step,\n      checkpoint,\n      data',
    to: '      epoch: step,\n      step: epoch,\n      checkpoint,\n      data',
    tests: calls,
  },
  {
    name: 'a model that was trained in memory says last for best',
    file: 'src/app/library/in-memory.ts',
    from: "checkpoint: best ? 'best' : 'last'",
    to: "checkpoint: best ? 'last' : 'best'",
    tests: ['test/library/in-memory.test.ts'],
  },
  {
    name: 'closing does not wait for calls in progress',
    file: 'src/tensor/closable.ts',
    from: '    await Promise.allSettled(underWay)\n',
    to: '',
    tests: closing,
  },
  {
    name: 'closing twice closes twice',
    file: 'src/tensor/closable.ts',
    from: 'close: () => (closing ??= end())',
    to: 'close: () => (closing = end())',
    tests: closing,
  },
  {
    name: 'a loss of the generator is read as that of the discriminator',
    file: 'src/models/former-names.ts',
    from: "deceit: 'generator loss'",
    to: "deceit: 'discriminator loss'",
    tests: former,
  },
  {
    name: 'runs of before options were renamed are trained again',
    file: 'src/app/reproduction/digests.ts',
    from: 'withFormerOptions(config.options)',
    to: 'config.options',
    tests: former,
  },
  {
    name: 'moments of a phase are stored under its present name',
    file: 'src/train/build.ts',
    from: 'storedName: storedAs',
    to: 'storedName: phase',
    tests: former,
  },
  {
    name: 'errors name flags in the library and options at the command line',
    file: 'src/tensor/wording.ts',
    from: 'return { library: name, commandLine: flagName(name) }',
    to: 'return { library: flagName(name), commandLine: name }',
    tests: ['test/tensor/wording.test.ts'],
  },
  {
    name: 'a definition may take the name of a member',
    file: 'src/models/definition.ts',
    from: 'isOwn(model) && isMember(model.name)',
    to: "isOwn(model) && model.name === ''",
    tests: ['test/library/own-model.test.ts'],
  },
  {
    name: 'whether there is a likelihood is decided by the training split',
    file: 'src/evaluate/evaluate.ts',
    from: 'likelihoodWords({ trained, data, split })',
    to: "likelihoodWords({ trained, data, split: 'train' })",
    tests: ['test/app/evaluation.test.ts'],
  },
  {
    name: 'a mean and its error are exchanged',
    file: 'src/evaluate/ledger/entry.ts',
    from: 'value: mean, standardError: error, values',
    to: 'value: error, standardError: mean, values',
    tests: ['test/app/figures-by-hand.test.ts'],
  },
  {
    name: 'the usual feature space is used where another is chosen',
    file: 'src/app/evaluation.ts',
    from: 'options.featureSpace ?? featureSpace',
    to: 'featureSpace ?? options.featureSpace',
    tests: ['test/app/figures-of-samples.test.ts'],
  },
]
