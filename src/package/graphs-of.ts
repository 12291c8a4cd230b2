import { boundExpression } from '../answers/anomaly/bound-expression.ts'
import { distanceExpression } from '../answers/anomaly/distance-expression.ts'
import { positionsOf } from '../answers/anomaly/distance-scorer.ts'
import { reconstructionExpression } from '../answers/anomaly/reconstruction-expression.ts'
import type { ScoreExpression } from '../answers/anomaly/score-expression.ts'
import type { ModelScoreName, ScoringMaterial } from '../answers/anomaly/scoring.ts'
import type { ExampleForm } from '../data/form.ts'
import type { TrainedModel } from '../train/trained.ts'
import { decoderGraph } from './graphs/decoder.ts'
import { encoderGraph } from './graphs/encoder.ts'
import { type PackageGraph, packageGraph } from './graphs/graph.ts'
import { restorerGraph } from './graphs/restorer.ts'
import { type SampleGraph, sampleGraph } from './graphs/sample.ts'

/** The score that a package computes, and what it compares with. */
export interface PackagedScore {
  readonly name: ModelScoreName
  readonly unit: string
  readonly material: ScoringMaterial
}

/** The graphs that a model has, by name. */
export interface PackageGraphs {
  readonly encoder?: PackageGraph | undefined
  readonly decoder?: PackageGraph | undefined
  readonly restorer?: PackageGraph | undefined
  readonly sample?: SampleGraph | undefined
  readonly score?: PackageGraph | undefined
}

export type GraphName = keyof PackageGraphs

export const graphNames = ['encoder', 'decoder', 'restorer', 'sample', 'score'] as const

export const onnxPath = (name: GraphName): string => `onnx/${name}.onnx`

/** All graphs of a package of this model. */
export async function graphsOf(
  trained: TrainedModel,
  form: ExampleForm,
  score: PackagedScore | undefined,
): Promise<PackageGraphs> {
  const { model } = trained
  return {
    encoder: encoderGraph(model, form),
    decoder: decoderGraph(model, form),
    restorer: restorerGraph(model, form),
    sample: sampleGraph(model, form),
    score: score && scoreGraph(trained, form, score, await expressionOf(trained, score)),
  }
}

async function expressionOf(
  trained: TrainedModel,
  { name, material }: PackagedScore,
): Promise<ScoreExpression> {
  if (name === 'bound') return boundExpression(trained.model, { seed: material.seed })
  if (name === 'reconstruction') return reconstructionExpression(trained.model)
  return distanceExpression(trained.model, await positionsOf(trained, material.training))
}

const descriptions: Readonly<Record<ModelScoreName, string>> = {
  distance: 'mean distance to the nearest training examples, as the model sees them',
  bound: 'minus the importance-weighted bound on log p(x)',
  reconstruction: 'squared error of the reconstruction',
}

function scoreGraph(
  { model }: TrainedModel,
  form: ExampleForm,
  { name, unit }: PackagedScore,
  expression: ScoreExpression,
): PackageGraph {
  const part = model.info.columns ? 'column' : 'value'
  const columns = model.info.columns?.map((column) => ({ name: column.name, kind: column.kind }))
  const text = {
    name: 'score',
    description: `How odd each row is: ${descriptions[name]}.`,
    outputs: {
      score: { description: 'Higher for odder rows; threshold.json says what is an alarm.', unit },
      shares: {
        description: `What each ${part} adds to the score${form.order === 'table' ? '' : ', channels first'}.`,
        unit,
        ...(columns && { columns }),
      },
      code_share: { description: `What belongs to no ${part}.`, unit },
    },
  }
  return packageGraph(model, form, text, (x, mode) => {
    const { score, shares, code } = expression(x, mode)
    return { score, shares, ...(code && { code_share: code }) }
  })
}
