import type { ScoredExamples } from '../../answers/anomaly/example-scorer.ts'
import {
  type ModelScoreName,
  modelScoreNames,
  type ScoringMaterial,
} from '../../answers/anomaly/scoring.ts'
import { requireAscending } from '../../answers/anomaly/threshold.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'

/** What a package keeps of a model's scores. */
export interface PackagedMaterial extends ScoringMaterial {
  /** The scores that it has what they need for. */
  readonly names: readonly ModelScoreName[]
}

/** The arrays of `scoring.safetensors`. Examples to compare with are among them only for the distance. */
export function scoringTensors({
  names,
  training,
  calibration,
  typical,
}: PackagedMaterial): Map<string, HostTensor> {
  const tensors = new Map<string, HostTensor>()
  for (const name of names) {
    const [scores, shares] = [calibration[name]!, typical[name]!]
    tensors.set(`calibration/${name}`, hostTensor('float64', [scores.length], scores))
    tensors.set(`typical/${name}`, hostTensor('float64', [shares.length], shares))
  }
  if (!names.includes('distance')) return tensors
  tensors.set('training/values', training.values)
  const { labels } = training
  if (labels)
    tensors.set('training/labels', hostTensor('int32', [labels.length], Int32Array.from(labels)))
  return tensors
}

/**
 * Reads them.
 *
 * @param seed of the codes that the bound draws
 * @throws UserError where they are not what scores of this model need
 */
export function scoringIn(
  tensors: ReadonlyMap<string, HostTensor>,
  file: string,
  model: BuiltModel,
  seed: number,
): PackagedMaterial {
  const refuse = (what: string) =>
    new UserError(`${file}: ${what}; the package is damaged, or of another model`)
  const { dimension } = model.info
  const numbers = (name: string, kind: string): Float64Array => {
    const array = tensors.get(`${kind}/${name}`)
    if (!(array?.data instanceof Float64Array) || array.shape.length !== 1)
      throw refuse(`${kind}/${name} is not a list of float64 numbers`)
    return array.data
  }
  const names = modelScoreNames.filter((name) => tensors.has(`calibration/${name}`))
  const calibration: Partial<Record<ModelScoreName, Float64Array>> = {}
  const typical: Partial<Record<ModelScoreName, Float64Array>> = {}
  for (const name of names) {
    const [scores, shares] = [numbers(name, 'calibration'), numbers(name, 'typical')]
    try {
      requireAscending(scores, `calibration/${name}`)
    } catch (error) {
      throw refuse((error as Error).message)
    }
    if (scores.length === 0) throw refuse(`calibration/${name} is empty`)
    if (shares.length !== dimension || shares.some(Number.isNaN))
      throw refuse(`typical/${name} has not one number for each of ${dimension} values`)
    calibration[name] = scores
    typical[name] = shares
  }
  const known = new Set([
    ...names.flatMap((name) => [`calibration/${name}`, `typical/${name}`]),
    ...(names.includes('distance') ? ['training/values', 'training/labels'] : []),
  ])
  const other = [...tensors.keys()].find((name) => !known.has(name))
  if (other !== undefined) throw refuse(`${other} belongs to no score`)
  const training = names.includes('distance')
    ? trainingIn(tensors, model, refuse)
    : noExamples(model)
  return { names, training, calibration, typical, seed }
}

function trainingIn(
  tensors: ReadonlyMap<string, HostTensor>,
  { info, labels: use }: BuiltModel,
  refuse: (what: string) => UserError,
): ScoredExamples {
  const values = tensors.get('training/values')
  const labels = tensors.get('training/labels')
  const isArray =
    values?.data instanceof Float32Array &&
    values.shape.length === 2 &&
    values.shape[0]! > 0 &&
    values.shape[1] === info.dimension
  if (!isArray) throw refuse(`training/values holds no examples of ${info.dimension} values`)
  if (use === 'condition' && labels?.data.length !== values.shape[0])
    throw refuse('training/labels has not one label for each example')
  return { values: values as Floats, labels: labels?.data as Int32Array | undefined }
}

/** What is kept to compare with for scores that compare with nothing. */
export const noExamples = ({ info }: Pick<BuiltModel, 'info'>): ScoredExamples => ({
  values: hostTensor('float32', [0, info.dimension], new Float32Array(0)),
})
