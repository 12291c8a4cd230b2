import type { ExampleScorer, ScoredExamples } from '../answers/anomaly/example-scorer.ts'
import { type ExampleForm, widthOf } from '../data/form.ts'
import { classLabelsOf } from '../data/labels.ts'
import { hasCategories } from '../data/table/model-cells.ts'
import { trainedValues } from '../data/trained-values.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { asFloats, type Floats, type HostTensor, hostTensor } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import type { Labels, TrainedModel } from '../train/trained.ts'
import { differences, type GoldenDifference } from './golden-differences.ts'
import { goldenRows } from './golden-rows.ts'
import { type GivenRows, packRows } from './graphs/pack-rows.ts'
import { packedRow } from './graphs/packed-row.ts'
import { restoredNames } from './graphs/restorer.ts'
import { type GraphName, graphNames, type PackageGraphs } from './graphs-of.ts'
import { pickedRows, rowsOfSteadyCategories, rowsOfSteadyNeighbours } from './steady.ts'

/** Inputs and outputs by which a package is checked, wherever it is opened: what `goldens.safetensors` holds. */
export interface Goldens {
  /** Rows of a table as objects, before they are packed; undefined for arrays and pictures. */
  readonly rows?: readonly object[] | undefined
  readonly graphs: Readonly<Partial<Record<GraphName, GoldenGraph>>>
}

export interface GoldenGraph {
  readonly inputs: Arrays
  /** What the trained model gives for them. */
  readonly outputs: Arrays
}

/** What answers: a trained model that reads and scores as it did when it was trained. */
export interface Answering {
  readonly trained: TrainedModel
  readonly form: ExampleForm
  /** By the score of the package, where it has one. */
  readonly scorer?: ExampleScorer | undefined
}

const SEED = 0

/**
 * Inputs for all graphs of a model, and what it answers to them. Left out is what rounding decides: rows with two neighbours
 * at the same distance, codes with two categories equally likely.
 *
 * @param training examples that the score compares with, if it does
 */
export async function goldensOf(
  answering: Answering,
  graphs: PackageGraphs,
  training?: ScoredExamples,
): Promise<Goldens> {
  const { trained, form } = answering
  const { given, classes, ties } = await steadyRows(answering, training)
  const packed = await packRows(form, given)
  const count = Object.values(packed)[0]!.shape[0]!
  const codes = { z: await goldenCodes(answering, given, count, classes.class) }
  const feeds: Readonly<Record<GraphName, Arrays | undefined>> = {
    encoder: { ...packed, ...classes },
    decoder: await steadyCodes(answering, { ...codes, ...classes }, async ({ z }) => z as Floats),
    restorer: packed,
    sample:
      graphs.sample &&
      (await steadyCodes(answering, { ...graphs.sample.noise(count, SEED), ...classes }, (noise) =>
        drawnCodes(trained, graphs.sample!.expressions.z!, noise),
      )),
    score: { ...packed, ...classes },
  }
  const rows = Array.isArray(given) ? (given as readonly object[]) : undefined
  const found: Partial<Record<GraphName, GoldenGraph>> = {}
  for (const name of graphNames) {
    if (!graphs[name]) continue
    const inputs = feeds[name]!
    const { shares, ...outputs } = await answered(answering, name, inputs, graphs, rows)
    found[name] = { inputs, outputs: { ...outputs, ...(shares && !ties && { shares }) } }
  }
  return { rows, graphs: found }
}

/** Golden rows and their classes; `ties` where each has two neighbours at the same distance. */
async function steadyRows({ trained, form }: Answering, training: ScoredExamples | undefined) {
  const given = await goldenRows(trained, form)
  const count = 'shape' in given ? given.shape[0]! : given.length
  const { labels, info } = trained.model
  const classes: Arrays =
    labels === 'condition' ? { class: classesInTurn(count, info.classes!) } : {}
  if (!training) return { given, classes, ties: false }
  const values = await examplesIn(form, given)
  const own = { values, labels: labelsIn(trained, classes.class) }
  const rows = await rowsOfSteadyNeighbours(trained, training, own)
  if (rows.length === 0) return { given, classes, ties: true }
  const kept =
    'shape' in given ? pickedRows({ given }, rows).given! : rows.map((row) => given[row]!)
  return { given: kept, classes: pickedRows(classes, rows), ties: false }
}

/** Those of the inputs of a graph with which the likeliest categories are clear, or all where it gives none. */
async function steadyCodes(
  { trained, form }: Answering,
  inputs: Arrays,
  codesOf: (inputs: Arrays) => Promise<Floats>,
): Promise<Arrays> {
  if (!trained.model.info.columns?.some(hasCategories)) return inputs
  const labels = labelsIn(trained, inputs.class)
  const rows = await rowsOfSteadyCategories(await codesOf(inputs), async (z) =>
    valuesOf(trained, form, await trained.decode(z, labels)),
  )
  return rows.length === 0 ? inputs : pickedRows(inputs, rows)
}

/** Codes of the golden rows, or random ones where the model has no encoder. */
async function goldenCodes(
  { trained, form }: Answering,
  rows: GivenRows,
  count: number,
  classes: HostTensor | undefined,
): Promise<Floats> {
  const { model } = trained
  if (model.posterior)
    return trained.encode(await examplesIn(form, rows), labelsIn(trained, classes))
  const { normal } = stream(SEED, 'golden codes')
  const shape = [count, model.latent]
  return hostTensor(
    'float32',
    shape,
    Float32Array.from({ length: count * model.latent }, () => normal()),
  )
}

/** What the trained model itself gives for the inputs of a graph, by the names of the graph's outputs. */
async function answered(
  { trained, form, scorer }: Answering,
  name: GraphName,
  inputs: Arrays,
  graphs: PackageGraphs,
  rows: readonly object[] | undefined,
): Promise<Arrays> {
  const labels = labelsIn(trained, inputs.class)
  const examples = () => examplesIn(form, rows ?? arrayIn(inputs))
  switch (name) {
    case 'encoder':
      return { z: await trained.encode(await examples(), labels) }
    case 'decoder':
      return valuesOf(trained, form, await trained.decode(inputs.z as Floats, labels))
    case 'restorer':
      return restoredNames(
        await valuesOf(trained, form, await trained.reconstruct(await examples())),
      )
    case 'sample': {
      const z = await drawnCodes(trained, graphs.sample!.expressions.z!, inputs)
      return { z, ...(await valuesOf(trained, form, await trained.decode(z, labels))) }
    }
    case 'score': {
      const found = await scorer!.explained({ values: await examples(), labels })
      return {
        score: asFloats(hostTensor('float64', [found.scores.length], found.scores)),
        shares: asFloats(found.shares),
        // What the host makes of score and shares is the difference of two large numbers.
        ...(found.code && (await ownOutput(trained, graphs, inputs, 'code_share'))),
      }
    }
  }
}

/** Examples as the network sees them, read as a caller's are. */
const examplesIn = (form: ExampleForm, rows: GivenRows): Promise<Floats> =>
  trainedValues(rows, form, widthOf(form), 'the golden rows')

/** The one input that is an array of examples. */
function arrayIn({ pixels, values }: Arrays): HostTensor {
  const array = pixels ?? values
  if (!array) throw new UserError('goldens.safetensors: has no examples; the package is damaged')
  return array
}

function labelsIn({ model }: TrainedModel, classes: HostTensor | undefined): Labels | undefined {
  if (!classes) return undefined
  const labels = classLabelsOf(model.info)
  return Array.from(classes.data as BigInt64Array, (index) => labels[Number(index)]!)
}

/** Each class in turn. */
const classesInTurn = (count: number, classes: number): HostTensor =>
  hostTensor(
    'int64',
    [count],
    BigInt64Array.from({ length: count }, (_, i) => BigInt(i % classes)),
  )

/** Examples in the units of the data, as a decoder gives them. */
async function valuesOf(trained: TrainedModel, form: ExampleForm, x: Floats): Promise<Arrays> {
  const symbol = Tensor.input('x', ['batch', x.shape[1]!])
  return once(trained, packedRow(form).values(symbol), { x })
}

/** An output of the score's graph, computed by the expressions of which the file is made. */
const ownOutput = (trained: TrainedModel, graphs: PackageGraphs, inputs: Arrays, name: string) =>
  once(trained, { [name]: graphs.score!.expressions[name]! }, inputs)

/** Codes drawn with given random numbers. */
async function drawnCodes(trained: TrainedModel, z: Tensor, noise: Arrays): Promise<Floats> {
  return asFloats((await once(trained, { z }, noise)).z!)
}

async function once(
  { runtime, parameters }: TrainedModel,
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Arrays,
): Promise<Arrays> {
  const session = await runtime.compile(outputs)
  try {
    await session.bind(parameters)
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}

/** The largest differences between the goldens and what the trained model of the package answers, output by output. */
export async function modelDifferences(
  answering: Answering,
  graphs: PackageGraphs,
  goldens: Goldens,
): Promise<GoldenDifference[]> {
  const found: GoldenDifference[] = []
  for (const name of graphNames) {
    const golden = goldens.graphs[name]
    if (!golden) continue
    const { form } = answering
    if (goldens.rows && ['encoder', 'restorer', 'score'].includes(name))
      found.push(...differences(name, await packRows(form, goldens.rows), golden.inputs, form))
    const outputs = await answered(answering, name, golden.inputs, graphs, goldens.rows)
    found.push(...differences(name, outputs, golden.outputs, form))
  }
  return found
}

/** The largest differences between the goldens and what the ONNX files answer. */
export async function onnxDifferences(
  runtime: Runtime,
  goldens: Goldens,
  fileOf: (name: GraphName) => Promise<Uint8Array>,
  form: Pick<ExampleForm, 'scale'>,
): Promise<GoldenDifference[]> {
  const found: GoldenDifference[] = []
  for (const name of graphNames) {
    const golden = goldens.graphs[name]
    if (!golden) continue
    const session = await runtime.open(await fileOf(name))
    try {
      found.push(...differences(name, await session.run(golden.inputs), golden.outputs, form))
    } finally {
      await session.close()
    }
  }
  return found
}
