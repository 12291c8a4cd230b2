import type { DataSet } from '../../data/dataset.ts'
import { splitLabels, splitValues } from '../../data/rows.ts'
import { classification } from '../../models/classification.ts'
import { defineModel, type ModelDefinition } from '../../models/model.ts'
import { dense } from '../../nn/dense.ts'
import type { Arrays } from '../../runtime/session.ts'
import type { Floats } from '../../tensor/host.ts'
import { build } from '../../train/build.ts'
import { type TrainedModel, trainedModel } from '../../train/trained.ts'
import type { Laboratory, WithData } from '../laboratory.ts'
import { fitParameters } from './fit-parameters.ts'

/** The encoder of a model with a softmax layer on its codes, both trained on labels. */
function classifierOf(definition: ModelDefinition): ModelDefinition {
  return defineModel({
    name: `classifier on ${definition.name}`,
    summary: 'Encoder and softmax layer',
    paper: definition.paper,
    config: definition.config,
    labels: () => 'loss',
    networks: (config, info, to) => ({
      coders: definition.networks(config, info, to),
      classifier: dense(to, 'classifier', {
        inputs: (config as { latent: number }).latent,
        outputs: info.classes!,
      }),
    }),
    posterior: (m, x, mode) =>
      definition.posterior!({ ...m, networks: m.networks.coders }, x, mode),
    trains: ['encoder', 'classifier'],
    terms: (m, b) => classification(m.networks.classifier.apply(m.posterior(b.x, b).mean()), b),
  }) as unknown as ModelDefinition
}

export interface ClassifierOptions {
  /** Options of the training, in camel case. */
  readonly training: Readonly<Record<string, unknown>>
  /** Whether the encoder starts from the parameters of the run, or from initial ones. */
  readonly pretrained: boolean
  /** How many of the training examples have labels; all by default. */
  readonly labels?: number
}

/**
 * Trains the encoder of a run, and a softmax layer on its codes, on the labels of the first training
 * examples, all parameters together.
 *
 * @returns 1 for each test example that is misclassified, else 0
 */
export async function classifierMistakes(
  lab: Laboratory,
  run: TrainedModel & WithData,
  { training, pretrained, labels }: ClassifierOptions,
): Promise<Float64Array> {
  const { definition, config, info } = run.model
  const model = build(classifierOf(definition), config, info)
  const data = await run.data()
  const kept = Object.entries(run.parameters).filter(([name]) => name.startsWith('encoder.'))
  const parameters = await fitParameters(lab, model, withLabelled(data, labels), {
    training,
    start: pretrained ? Object.fromEntries(kept) : {},
  })
  const trained = trainedModel(lab.runtime, model, parameters)
  try {
    return await testMistakes(trained, data)
  } finally {
    await trained.close()
  }
}

/** The data with only the first training examples, and none for validation. */
function withLabelled(data: DataSet, labels = Number.POSITIVE_INFINITY): DataSet {
  const { train, validation } = data.splits
  return {
    ...data,
    splits: {
      ...data.splits,
      train: { ...train, rows: train.rows.slice(0, labels) },
      validation: { ...validation, rows: new Int32Array() },
    },
  }
}

/** 1 for each test example that a model with a softmax layer `classifier` on its codes misclassifies, else 0. */
export async function testMistakes(
  model: Pick<TrainedModel, 'encode' | 'parameters'>,
  data: DataSet,
): Promise<Float64Array> {
  const rows = data.splits.test.rows.keys()
  const codes = await model.encode(splitValues(data, 'test', [...rows]))
  const truth = splitLabels(data, 'test')!
  return Float64Array.from(likeliestClasses(codes, model.parameters), (label, i) =>
    Number(label !== truth[i]),
  )
}

/** The class of the largest logit for codes `[n, L]`. */
function likeliestClasses({ shape, data }: Floats, parameters: Arrays): Int32Array {
  const [count, width] = shape as readonly [number, number]
  const weight = parameters['classifier.weight']!.data as Float32Array // [L, classes]
  const bias = parameters['classifier.bias']!.data as Float32Array
  return Int32Array.from({ length: count }, (_, i) => {
    const logits = Float64Array.from(bias)
    for (let l = 0; l < width; l++)
      for (let c = 0; c < logits.length; c++)
        logits[c]! += data[i * width + l]! * weight[l * logits.length + c]!
    return logits.indexOf(Math.max(...logits))
  })
}
