import { afterAll, describe, expect, it } from 'vitest'
import { publicModel } from '../../src/app/library/public-model.ts'
import * as browser from '../../src/entries/browser.ts'
import * as graph from '../../src/entries/graph.ts'
import * as metrics from '../../src/entries/metrics.ts'
import * as models from '../../src/entries/models.ts'
import * as nn from '../../src/entries/nn.ts'
import * as verbs from '../../src/entries/node.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'
import { expectRefused, good, type Junk, junk } from './junk.ts'

type Call = (given: never) => unknown
/** A call with junk in the place of one argument, and the junk that is right there. */
type Case = Call | readonly [Call, ...Junk[]]

/** All entries: no name is in two of them. */
const node = { ...verbs, ...graph, ...metrics, ...models, ...nn }
const {
  auroc,
  averagePrecision,
  hostTensor,
  imageGrid,
  nearestNeighbours,
  proportionInterval,
  referenceRuntime: runtime,
} = node
const floats = ['tensor of one axis'] as const
const whole = ['number'] as const
const data = await node.openDataSet({ data: [[1], [2], [3], [4]], labels: [0, 1, 0, 1] })
const rows = node.arrayRows(good)
const moments = await node.featureMoments(rows)
const probe = await node.fitLinearProbe(runtime, good, [0, 1, 0, 1, 0, 1, 0, 1])
const k = { k: 2 }
const pair = [
  [1, 2],
  [3, 4],
]
const out = '/nonexistent/folder/of/a/run'
const bytes = tinyData({ shape: [1, 2, 2] })
const small = tinyRun({ data: tinyData({ shape: [2] }), options: { latent: 2, batch: 4 } })
const inMemory = publicModel({
  ...small,
  trained: small,
  scoring: () => Promise.reject(new Error('no scores')),
})
afterAll(() => inMemory.close())

/** Every function of the library that takes values of its caller. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  auroc: [(j) => auroc(j, [true, false]), (j) => auroc([1, 2], j)],
  averagePrecision: [(j) => averagePrecision(j, [true, false]), (j) => averagePrecision([1, 2], j)],
  energyDistance: [(j) => node.energyDistance(j, good), (j) => node.energyDistance(good, j)],
  densityAndCoverage: [
    (j) => node.densityAndCoverage(j, { real: good, samples: good }),
    (j) => node.densityAndCoverage(runtime, j),
    (j) => node.densityAndCoverage(runtime, { real: j, samples: good }),
    (j) => node.densityAndCoverage(runtime, { real: good, samples: j }),
    [
      (j) => node.densityAndCoverage(runtime, { real: good, samples: good }, { k: j }),
      'undefined',
      'number',
    ],
  ],
  precisionAndRecall: [
    (j) => node.precisionAndRecall(j, { real: good, samples: good }),
    (j) => node.precisionAndRecall(runtime, j),
    (j) => node.precisionAndRecall(runtime, { real: j, samples: good }),
    (j) => node.precisionAndRecall(runtime, { real: good, samples: j }),
  ],
  novelty: [
    (j) => node.novelty(runtime, j),
    (j) => node.novelty(runtime, { samples: j, test: good, training: good }),
    (j) => node.novelty(runtime, { samples: good, test: j, training: good }),
    (j) => node.novelty(runtime, { samples: good, test: good, training: j }),
  ],
  meanInterval: [
    (j) => node.meanInterval(j),
    [(j) => node.meanInterval([1, 2, 3], j), 'undefined'],
  ],
  pairedInterval: [(j) => node.pairedInterval(j, [1, 2]), (j) => node.pairedInterval([1, 2], j)],
  proportionInterval: [
    [(j) => proportionInterval(j, 3), ...whole],
    [(j) => proportionInterval(1, j), ...whole],
  ],
  aurocInterval: [(j) => node.aurocInterval(j)],
  neighbourhoodPreservation: [
    (j) => node.neighbourhoodPreservation(runtime, j, good, k),
    (j) => node.neighbourhoodPreservation(runtime, good, j, k),
    (j) => node.neighbourhoodPreservation(runtime, good, good, j),
  ],
  nearestNeighbours: [
    (j) => nearestNeighbours(j, good, good, k),
    (j) => nearestNeighbours(runtime, j, good, k),
    (j) => nearestNeighbours(runtime, good, j, k),
    (j) => nearestNeighbours(runtime, good, good, j),
    [(j) => nearestNeighbours(runtime, good, good, { k: j }), ...whole],
  ],
  pathSmoothness: [
    (j) => node.pathSmoothness(typeof j === 'function' ? (3 as never) : j, good, good),
    (j) => node.pathSmoothness(async (z) => z, j, good),
    (j) => node.pathSmoothness(async (z) => z, good, j),
  ],
  peakSignalToNoise: [
    (j) => node.peakSignalToNoise(j, good),
    (j) => node.peakSignalToNoise(good, j),
    [(j) => node.peakSignalToNoise(good, good, j), 'undefined', 'number', 'fraction'],
  ],
  structuralSimilarity: [
    (j) => node.structuralSimilarity(j, good, { shape: [1, 2] }),
    (j) => node.structuralSimilarity(good, j, { shape: [1, 2] }),
    (j) => node.structuralSimilarity(good, good, j),
    (j) => node.structuralSimilarity(good, good, { shape: j }),
  ],
  effectiveRank: [(j) => node.effectiveRank(j)],
  fitLinearProbe: [
    (j) => node.fitLinearProbe(j, good, [0, 1, 0, 1, 0, 1, 0, 1]),
    (j) => node.fitLinearProbe(runtime, j, [0, 1]),
    (j) => node.fitLinearProbe(runtime, good, j),
  ],
  probedClasses: [
    (j) => node.probedClasses(runtime, j, good),
    (j) => node.probedClasses(runtime, probe, j),
  ],
  principalAxes: [(j) => node.principalAxes(j, 1), (j) => node.principalAxes(good, j)],
  principalAngles: [(j) => node.principalAngles(j, pair), (j) => node.principalAngles(pair, j)],
  principalComponents: [
    (j) => node.principalComponents(j, { count: 1 }),
    (j) => node.principalComponents(rows, j),
    (j) => node.principalComponents(rows, { count: j }),
  ],
  arrayRows: [
    [(j) => node.arrayRows(j), 'tensor with NaN'],
    [(j) => node.arrayRows(good, j), 'undefined', 'number', 'fraction', 'negative'],
  ],
  featureMoments: [(j) => node.featureMoments(j)],
  frechetDistance: [
    (j) => node.frechetDistance(j, moments),
    (j) => node.frechetDistance(moments, j),
  ],
  hostTensor: [
    (j) => hostTensor(j, [1], Float32Array.of(1) as never),
    [(j) => hostTensor('float32', j, Float32Array.of(1)), 'empty list'],
    (j) => hostTensor('float32', [1], j),
    [
      (j) => hostTensor('float32', [1], Float32Array.of(1), j),
      'undefined',
      'number',
      'fraction',
      'negative',
    ],
  ],
  sizeOf: [[(j) => node.sizeOf(j), 'empty list']],
  imageGrid: [
    [(j) => imageGrid(j, [1, 1, 1], { columns: 1 }), 'flat list', 'flat array'],
    (j) => imageGrid(Float32Array.of(1), j, { columns: 1 }),
    (j) => imageGrid(Float32Array.of(1), [1, 1, 1], j),
    [(j) => imageGrid(Float32Array.of(1), [1, 1, 1], { columns: j }), ...whole],
  ],
  stackPictures: [(j) => node.stackPictures(j)],
  encodePng: [(j) => node.encodePng(j)],
  parseNpy: [(j) => node.parseNpy(j, 'x'), (j) => node.parseNpy(new Uint8Array(3), j)],
  parseIdx: [(j) => node.parseIdx(j, 'x'), (j) => node.parseIdx(new Uint8Array(3), j)],
  parseNpz: [(j) => node.parseNpz(j, 'x'), (j) => node.parseNpz(new Uint8Array(3), j)],
  writeNpy: [[(j) => node.writeNpy(j), 'tensor with NaN', ...floats]],
  writeNpz: [(j) => node.writeNpz(j)],
  arrayStore: [[(j) => node.arrayStore(j), 'tensor with NaN']],
  gatherRows: [
    [(j) => node.gatherRows(j, [0]), 'tensor with NaN', ...floats],
    [(j) => node.gatherRows(good, j), 'empty list'],
  ],
  splitValues: [
    (j) => node.splitValues(j, 'test', [0]),
    (j) => node.splitValues(data, j, [0]),
    [(j) => node.splitValues(data, 'train', j), 'empty list'],
  ],
  splitLabels: [
    (j) => node.splitLabels(j, 'test'),
    (j) => node.splitLabels(data, j),
    [(j) => node.splitLabels(data, 'train', j), 'undefined', 'empty list'],
  ],
  evaluatedValues: [
    (j) => node.evaluatedValues(j, 'test', [0], 0),
    (j) => node.evaluatedValues(data, j, [0], 0),
    [(j) => node.evaluatedValues(data, 'train', [0], j), 'number', 'negative'],
  ],
  exampleNumbers: [(j) => node.exampleNumbers(j, 'test'), (j) => node.exampleNumbers(data, j)],
  stream: [
    [(j) => node.stream(j, 'x'), 'number', 'negative'],
    [(j) => node.stream(0, j), 'text', 'text of digits', 'long text'],
    [(j) => node.stream(0, 'x', j), 'undefined', 'number', 'negative'],
  ],
  resolveConfig: [
    [(j) => node.resolveConfig(j), 'object'],
    [(j) => node.resolveConfig({ epochs: j }), 'undefined', 'number', 'text of digits'],
    [(j) => node.resolveConfig({ batch: j }), 'undefined', 'number', 'text of digits'],
    [(j) => node.resolveConfig({ seed: j }), 'undefined', 'number', 'text of digits'],
    [(j) => node.resolveConfig({ threads: j }), 'undefined', 'number', 'text of digits'],
    [(j) => node.resolveConfig({ device: j }), 'undefined'],
    [(j) => node.resolveConfig({ model: j }), 'undefined'],
    [
      (j) => node.resolveConfig({ hidden: j }),
      'undefined',
      'number',
      'empty list',
      'empty text', // no hidden layers, as the command line writes it
      'text of digits',
      'list of digits',
    ],
  ],
  modelNamed: [(j) => node.modelNamed(j)],
  trainingOptions: [(j) => node.trainingOptions(j)],
  describeRun: [
    (j) => node.describeRun(j),
    (j) => node.describeRun(out, j),
    (j) => node.describeRun(out, { model: j }),
  ],
  describePictures: [(j) => node.describePictures(j)],
  describeTable: [
    [(j) => node.describeTable(j), 'tensor with NaN', 'tensor of one axis'],
    [(j) => node.describeTable(good, j), 'undefined', 'object'],
    [(j) => node.describeTable(good, { schema: j }), 'undefined'],
  ],
  describeFile: [
    (j) => node.describeFile(j),
    [(j) => node.describeFile('none', j)],
    [(j) => node.describeFile('none', { layout: j })],
    [(j) => node.describeFile('none', { array: j })],
  ],
  loadPackage: [
    (j) => node.loadPackage(j),
    (j) => node.loadPackage(out, j),
    (j) => node.loadPackage(out, { verify: j }),
    (j) => node.loadPackage(out, { threads: j }),
    (j) => node.loadPackage(out, { model: j }),
    (j) => node.loadPackage(out, { seal: j }),
    (j) => node.loadPackage(out, { runtime: j }),
  ],
  verifyPackage: [
    (j) => node.verifyPackage(j),
    (j) => node.verifyPackage(out, j),
    (j) => node.verifyPackage(out, { model: j }),
    (j) => node.verifyPackage(out, { seal: j }),
  ],
  writePackage: [(j) => node.writePackage(j, new Map()), (j) => node.writePackage(out, j)],
  load: [
    (j) => node.load(j),
    (j) => node.load(out, j),
    (j) => node.load(out, { model: j }),
    (j) => node.load(out, { checkpoint: j }),
    (j) => node.load(out, { threads: j }),
    (j) => node.load(out, { device: j }),
    (j) => node.load(out, { data: j }),
  ],
  resume: [
    (j) => node.resume(j),
    (j) => node.resume(out, j),
    (j) => node.resume(out, { model: j }),
    (j) => node.resume(out, { epochs: j }),
    (j) => node.resume(out, { lr: j }),
    (j) => node.resume(out, { beta: j }),
    (j) => node.resume(out, { onEvent: j }),
    (j) => node.resume(out, { signal: j }),
  ],
  train: [
    (j) => node.train(j),
    (j) => node.train({ data: j, out: j }),
    (j) => node.train({ data: pair, out: j }),
    (j) => node.train({ model: j, data: 'none.npy', out } as never),
    (j) => node.train({ data: pair, epochs: j, batch: j, out: '' }),
    (j) => node.train({ data: pair, onEvent: 'text', labels: j, out } as never),
    (j) => node.train({ data: pair, signal: {}, testData: j, out } as never),
  ],
  startTraining: [
    // An object without options is a training on mnist.
    (j) => node.startTraining(j === junk.object ? (null as never) : j),
    [(j) => node.startTraining({ data: j, epochs: 1 }), 'tensor with NaN'],
    (j) => node.startTraining({ model: j, data: 'none.npy' } as never),
    (j) => node.startTraining({ data: 'none.npy', keep: j }),
    (j) => node.startTraining({ data: 'none.npy', keepEvery: j }),
    (j) => node.startTraining({ data: 'none.npy', callSeconds: j }),
    (j) => node.startTraining({ data: 'none.npy', paused: j }),
    (j) => node.startTraining({ data: 'none.npy', onEvent: j }),
    (j) => node.startTraining({ data: 'none.npy', signal: j }),
  ],
  resumeTraining: [
    (j) => node.resumeTraining(j),
    (j) => node.resumeTraining({ files: j }),
    (j) => node.resumeTraining({ files: {}, model: j }),
    (j) => node.resumeTraining({ files: {}, keep: j }),
    (j) => node.resumeTraining({ files: {}, paused: j }),
    (j) => node.resumeTraining({ files: {}, threads: j }),
    (j) => node.resumeTraining({ files: {}, data: j }),
  ],
  openRun: [
    (j) => node.openRun(j),
    (j) => node.openRun({}, j),
    (j) => node.openRun({}, { model: j }),
    (j) => node.openRun({}, { checkpoint: j }),
    (j) => node.openRun({}, { threads: j }),
    (j) => node.openRun({}, { data: j }),
  ],
  openDataSet: [
    [(j) => node.openDataSet({ data: pair, validation: j, test: 1 }), 'undefined'],
    (j) => node.openDataSet({ data: pair, labels: 'none.npy', testLabels: j }),
    [(j) => node.openDataSet({ data: pair, validation: 0, labels: j }), 'undefined'],
    [
      (j) => node.openDataSet({ data: pair, validation: 0, seed: j }),
      'undefined',
      'number',
      'text of digits',
    ],
    [(j) => node.openDataSet({ data: pair, validation: 0, binarize: j }), 'undefined'],
    [(j) => node.openDataSet({ data: pair, validation: 0, layout: j }), 'undefined'],
    (j) => node.openDataSet({ data: pair, validation: 0, test: 2, testData: j }),
  ],
  writeReport: [(j) => node.writeReport(j)],
  examine: [
    (j) => node.examine(j),
    (j) => node.examine(out, j),
    (j) => node.examine(out, { model: j }),
    (j) => node.examine(out, { checkpoint: j }),
    (j) => node.examine(out, { threads: j }),
    (j) => node.examine(out, { device: j }),
    (j) => node.examine(out, { data: j }),
    (j) => node.examine(out, { labels: j }),
    (j) => node.examine(out, { testData: j }),
    (j) => node.examine(out, { testLabels: j }),
  ],
  describeDataSet: [(j) => node.describeDataSet(j)],
  proposedOptions: [
    (j) => node.proposedOptions(j),
    [(j) => node.proposedOptions(bytes, j), 'undefined', 'object'],
    [(j) => node.proposedOptions(bytes, { model: j }), 'undefined'],
    [(j) => node.proposedOptions(bytes, { epochs: j }), 'undefined', 'number', 'text of digits'],
  ],
  examineModel: [
    (j) => node.examineModel(j),
    [(j) => node.examineModel(inMemory, j), 'undefined', 'object'],
    [(j) => node.examineModel(inMemory, { epochs: j }), 'undefined', 'empty list'],
    [(j) => node.examineModel(inMemory, { failure: j }), 'undefined'],
    [(j) => node.examineModel(inMemory, { checks: j }), 'undefined'],
    [(j) => node.examineModel(inMemory, { examples: j }), 'undefined', 'number'],
    [(j) => node.examineModel(inMemory, { underWay: j }), 'undefined', 'boolean'],
  ],
  openRuntime: [
    (j) => node.openRuntime(j),
    (j) => node.openRuntime({ device: j, threads: 1 }),
    (j) => node.openRuntime({ device: 'cpu', threads: j === 3 ? ('3' as never) : j }),
  ],
}

/**
 * Exports that are not tried, with the reason. Graphs and networks are built by programs that call them with
 * tensors of their own; a TypeError there is a mistake of the program, and TypeScript finds it first.
 */
const untried: Readonly<Record<string, readonly string[]>> = {
  'builds a graph of tensors': words(`
    Tensor gradients fedRows writeModel randomNormal randomUniform concat constant fill int64 iota scalar
    bernoulli categorical corrupt mmd mmdOf boundedGaussian gaussian gaussianWithSigma standardNormal point
    bernoulliPrior relaxedBernoulli`),
  'builds a network of tensors': words(`
    convDecoder convEncoder dense stackedHourglass exactNorm oneLayerNorm projectedNorm mlp mlpLayers
    batchNorm layerNorm parameters unet`),
  'is a part that a definition is composed of, called with what a model has built': words(`
    code coderNetworks corrupted decoded decoderOf divergence encodedSize likelihoodOf likelihoodParameters
    outputsPerValue posteriorOf priorOf reconstruction`),
  'takes a model that is built or trained, not values': words(`
    defineModel build evaluator fit trainedModel formOf importanceBound annealedImportance klDecomposition
    interpolate manifoldGrid styleTransfer termKinds`),
  'makes the schema of an option': words(`
    flag integer number numbers schedule text activation channels codeActivation corruption dropout
    fixedLikelihood hidden lambda latent likelihood network tied`),
  'gives undefined for whatever is no corruption': ['parseCorruption'],
  'is an error': ['UserError'],
}

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}

const functionsOf = (entry: object): string[] =>
  Object.entries(entry).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

describe('a function of the library', () => {
  it('is tried with wrong values, or has a reason not to be', () => {
    const known = [...Object.keys(cases), ...Object.values(untried).flat()]
    expect(functionsOf(node).sort()).toEqual(known.sort())
    expect(functionsOf(browser).filter((name) => !known.includes(name))).toEqual(['picturesOf'])
  })

  describe.each(Object.entries(cases))('%s', (_, some) => {
    it.each(some.map((one, place) => [place, one] as const))(
      'refuses junk in one line (case %i)',
      async (_, one) => {
        const [call, ...fit] = typeof one === 'function' ? [one] : one
        // Where nothing is refused for itself, the folder is no run.
        await expectRefused(call, fit)
      },
    )
  })
})

describe('in the browser', () => {
  const calls: readonly Case[] = [
    (j) => browser.train(j),
    // Under a Gaussian likelihood NaN is no missing value.
    (j) => browser.train({ data: j, likelihood: 'gaussian' }),
    (j) => browser.train({ model: j, data: [[1, 'x']] } as never),
    (j) => browser.train({ data: [[1, 'x']], epochs: j } as never),
    (j) => browser.train({ data: pair, onEvent: 3, seed: j } as never),
    (j) => browser.openDataSet(j),
    (j) => browser.openDataSet({ data: j }),
    [(j) => browser.openDataSet({ data: pair, validation: 0, labels: j }), 'undefined'],
    [
      (j) => browser.openDataSet({ data: pair, validation: 0, seed: j }),
      'undefined',
      'number',
      'text of digits',
    ],
    [(j) => browser.openDataSet({ data: pair, validation: 0, testData: j }), 'undefined'],
    [(j) => browser.openDataSet({ data: pair, validation: 0, binarize: j }), 'undefined'],
    // No function of Node.
    (j) => browser.picturesOf(j),
    (j) => browser.openRuntime(j),
    (j) => browser.openRuntime({ device: j, threads: 1 }),
  ]
  it.each(calls.map((one, place) => [place, one] as const))(
    'what is wrong is refused before a runtime is opened (case %i)',
    async (_, one) => {
      const [call, ...fit] = typeof one === 'function' ? [one] : one
      await expectRefused(call, fit)
    },
  )
})

describe('the refusal', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a type',
      () => hostTensor('text' as never, [1], Float32Array.of(1) as never),
      /^dtype: expected one of float32, .* got "text"$/,
    ],
    [
      'data',
      () => hostTensor('uint8', [1], Float32Array.of(1) as never),
      /^data: .*Uint8Array, got a value of type Float32Array$/,
    ],
    [
      'a row and a column',
      () => node.effectiveRank({ ...good, data: good.data.map((x, i) => (i === 5 ? NaN : x)) }),
      /^codes: row 2, column 1 .* is NaN/,
    ],
    ['a value', () => node.meanInterval([1, NaN]), /^values: value 1 .* is NaN/],
    [
      'a seed',
      () => node.stream(2 ** 53, 'x'),
      /^seed: expected a whole number.* got 9007199254740992$/,
    ],
    [
      'an option like another',
      () => node.load(out, { chekpoint: 'last' } as never),
      /^chekpoint: load .* did you mean checkpoint\?$/,
    ],
    [
      'an option of resume',
      () => node.resume(out, { epoch: 3 } as never),
      /^epoch: resume .* did you mean epochs\?$/,
    ],
    [
      'an option of openDataSet',
      () => node.openDataSet({ lables: [1] } as never),
      /^lables: openDataSet .* did you mean labels\?$/,
    ],
    [
      'options that are none',
      () => node.train(null as never),
      /^train: expected an object of options, got null$/,
    ],
    [
      'a number for options',
      () => node.load('x', 3 as never),
      /^load: expected an object of options, got 3$/,
    ],
    ['threads', () => node.load(out, { threads: 2.5 }), /^threads: .*got 2\.5/],
    ['a device', () => node.load(out, { device: 'tpu' as never }), /^device: .*got tpu/],
    [
      'a checkpoint',
      () => node.load(out, { checkpoint: 'bset' as never }),
      /^checkpoint: .* did you mean best\?$/,
    ],
    ['epochs', () => node.resume(out, { epochs: NaN }), /^epochs: /],
    [
      'a listener',
      () => node.train({ out, onEvent: 3 as never }),
      /^onEvent: expected a function, got 3$/,
    ],
    [
      'a signal',
      () => node.resume(out, { signal: {} as never }),
      /^signal: expected an AbortSignal/,
    ],
    ['data of null', () => node.train({ data: null as never, out }), /^data: .*got null$/],
    [
      'test data of null',
      () => browser.openDataSet({ data: pair, testData: null as never }),
      /^testData: .*got null$/,
    ],
  ])('names %s', async (_, call, message) => {
    await expect((async () => call())()).rejects.toThrow(message)
  })

  it('leaves pixels of a canvas to be bytes', () => {
    const { data } = hostTensor('uint8', [2], Uint8ClampedArray.of(7, 255) as never)
    expect(data).toBeInstanceOf(Uint8Array)
    expect([...data]).toEqual([7, 255])
  })
})
