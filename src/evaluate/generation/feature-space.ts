import type { DataSet } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { splitClasses } from '../../data/rows.ts'
import { Tensor } from '../../graph/tensor.ts'
import { parameters as collector } from '../../nn/parameters.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { type Closable, closable } from '../../tensor/closable.ts'
import { type Floats, hostTensor, sizeOf } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { type BuiltModel, build } from '../../train/build.ts'
import { trainedModel } from '../../train/trained.ts'
import {
  type FeatureConfig,
  featureClassifier,
  featureConfigFor,
  featureNetworks,
} from './feature-classifier.ts'
import { featureKey, requireClasses, SEED, trainedParameters } from './feature-training.ts'

/**
/**
 * The space in which examples are compared: the last hidden layer of a classifier of the data's own classes.
 * Examples are `[n, D]` as a network sees them (images in [0, 1]). Closing it leaves the runtime open.
 */
export interface FeatureSpace extends Closable {
  /** Describes the features in words. */
  readonly name: string
  /** Identifies everything that the parameters depend on except rounding: see `featureKey`. */
  readonly key: string
  /** Parameters of the classifier; passing them to `featureSpace` saves its training. */
  readonly parameters: Arrays
  /** Number of test examples, and the share that is classified correctly; absent if they have no labels. */
  readonly test?: { readonly count: number; readonly accuracy: number }
  /** `[n, 64]`. */
  features(x: Floats): Promise<Floats>
  /** Logits `[n, classes]`, whose softmax gives the probabilities of the classes. */
  classify(x: Floats): Promise<Floats>
}

export interface FeatureSpaceOptions extends ReadOptions {
  /** Parameters of an earlier space with the same key. */
  readonly parameters?: Arrays | undefined
}

/** Share of the progress for the training. */
const TRAINING = 0.95

/** Examples classified at once. */
const ROWS_AT_ONCE = 1000

/**
 * Trains the classifier of a data set on its training split, from seed 0, or takes the parameters of an earlier
 * training. Data that is binarised at every step is binarised here too, because samples are then compared with
 * binary examples. On the same machine the same data give the same space, bit for bit. Rounding differs between
 * machines, so figures of different machines are comparable only if they share the parameters. A classifier is
 * more certain of its training examples, which shows in the features, so samples should be compared with test
 * examples.
 *
 * @throws UserError if the training split has no labels, or only one class
 * @throws RangeError if the given parameters are not those of this classifier; the signal's reason if it is
 * aborted
 */
export async function featureSpace(
  runtime: Runtime,
  data: DataSet,
  { parameters: given, onProgress, signal }: FeatureSpaceOptions = {},
): Promise<FeatureSpace> {
  requireClasses(data)
  const { exampleShape, classes } = data
  const info = { exampleShape, dimension: sizeOf(exampleShape), classes: classes! }
  const config = featureConfigFor(exampleShape)
  const model = build(featureClassifier, config, info)
  if (given) requireParameters(given, model)
  const parameters =
    given ??
    (await trainedParameters(runtime, model, data, {
      signal,
      onProgress: (share) => onProgress?.(TRAINING * share),
    }))
  const encoder = trainedModel(runtime, model, parameters)
  const z = Tensor.input('z', ['batch', config.latent])
  const { classifier } = featureNetworks(config, info, collector())
  const softmax = await runtime.compile({ logits: classifier.apply(z) })
  await softmax.bind(parameters)
  const classify = async (x: Floats): Promise<Floats> => {
    const { logits } = await softmax.run({ z: await encoder.encode(x) })
    return hostTensor('float32', logits!.shape, Float32Array.from(logits!.data as Float32Array))
  }
  const space = closable('the feature space', {
    name: nameOf(config, data),
    key: featureKey(data),
    parameters,
    features: (x: Floats) => encoder.encode(x),
    classify,
    close: () => encoder.close().finally(() => softmax.close()),
  })
  try {
    const test = await testAccuracy(classify, data, signal)
    onProgress?.(1)
    return { ...space, ...(test && { test }) }
  } catch (error) {
    await space.close()
    throw error
  }
}

function nameOf({ network, channels, hidden, latent }: FeatureConfig, data: DataSet): string {
  const layers = network === 'conv' ? channels : hidden
  const { length } = data.splits.train.rows
  return `${latent} features of a classifier (${network} ${layers.join(', ')}) of ${data.name}, trained on ${length} examples${data.binarize === 'none' ? '' : ' of 0 and 1'} from seed ${SEED}`
}

/** Number of test examples, and the share that is classified correctly. */
async function testAccuracy(
  classify: FeatureSpace['classify'],
  data: DataSet,
  signal: AbortSignal | undefined,
): Promise<FeatureSpace['test']> {
  const labels = splitClasses(data, 'test')
  if (!labels || labels.length === 0) return undefined
  let correct = 0
  for (let start = 0; start < labels.length; start += ROWS_AT_ONCE) {
    signal?.throwIfAborted()
    const length = Math.min(ROWS_AT_ONCE, labels.length - start)
    const indices = Array.from({ length }, (_, i) => start + i)
    const likeliest = likeliestClasses(await classify(evaluatedValues(data, 'test', indices, SEED)))
    correct += indices.filter((index, i) => likeliest[i] === labels[index]).length
  }
  return { count: labels.length, accuracy: correct / labels.length }
}

/** The class with the largest logit in each row `[n, classes]`, the first among equal ones, `[n]`. */
export function likeliestClasses({ shape, data }: Floats): Int32Array {
  const [count, classes] = shape as readonly [number, number]
  return Int32Array.from({ length: count }, (_, i) => {
    let best = 0
    for (let c = 1; c < classes; c++)
      if (data[i * classes + c]! > data[i * classes + best]!) best = c
    return best
  })
}

function requireParameters(given: Arrays, model: BuiltModel): void {
  for (const { name, shape } of model.parameters.values())
    if (String(given[name]?.shape) !== String(shape))
      throw new RangeError(
        `the feature classifier needs a parameter ${name} [${shape.join(', ')}], got ${given[name] ? `[${given[name].shape.join(', ')}]` : 'none'}`,
      )
}
