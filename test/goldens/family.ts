import { readdirSync } from 'node:fs'
import type { Noise } from '../../src/distributions/distribution.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, type Tensor } from '../../src/graph/tensor.ts'
import { importanceWeighted } from '../../src/models/importance.ts'
import type { Batch, ModelDefinition } from '../../src/models/model.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { vae } from '../../src/models/vae.ts'
import { type BuiltModel, type BuiltPhase, type BuiltStage, build } from '../../src/train/build.ts'
import { objective } from '../../src/train/step.ts'
import type { Written, WrittenArrays } from './golden.ts'

/** What PyTorch makes of one loss of a model: its only one, that of a stage, or that of a phase. */
export interface WrittenLoss {
  readonly terms: WrittenArrays
  readonly objective: number
  readonly gradients: WrittenArrays
}

/** Parameters after some whole training steps, all on the same batch and noise. */
export interface WrittenSteps {
  readonly count: number
  /** How they are made, in the words of the command line. */
  readonly train: Readonly<Record<string, number | string>>
  readonly after: WrittenArrays
}

/** One model, batch and noise, and what PyTorch computes from them in float64. */
export interface FamilyCase {
  readonly config: {
    readonly model: string
    readonly options: Readonly<Record<string, unknown>>
    /** Whether parameters are being fitted; they are unless it says otherwise. */
    readonly training?: boolean
  }
  readonly parameters: WrittenArrays
  readonly x: Written
  /** One-hot `[B, classes]`. */
  readonly labels?: Written
  /** Draws by their stream and kind: `corruption uniform`. */
  readonly noise: WrittenArrays
  readonly losses: Readonly<Record<string, WrittenLoss>>
  readonly steps?: Readonly<Record<string, WrittenSteps>>
}

/** Names of the files in the folder. */
export const familyCases: readonly string[] = readdirSync(new URL('family', import.meta.url))
  .map((file) => file.replace('.golden.json', ''))
  .sort()

/** For one draw the bound by importance weights, of which the VAE otherwise has the closed form. */
const oneWeight = {
  ...vae,
  terms: (m, b) => importanceWeighted(m, b, 1),
} as typeof vae as unknown as ModelDefinition

/** The case's model, built by our definitions. */
export function familyModel({ config, x, labels }: FamilyCase): BuiltModel {
  const { model, options } = config
  const definition = options.importanceSamples === 1 ? oneWeight : modelNamed(model)
  const dimension = x.shape[1]!
  return build(definition, definition.config.parse(options), {
    exampleShape: [dimension],
    dimension,
    ...(labels && { classes: labels.shape[1]! }),
  })
}

/** Noise that is what a case was given, and refuses any other stream, kind or shape. */
export function givenNoise(noise: WrittenArrays, stage = ''): Batch['noise'] {
  const draw =
    (stream: string, kind: keyof Noise) =>
    (shape: readonly number[]): Tensor => {
      const name = `${stage && `${stage} `}${stream} ${kind}`
      const given = noise[name]
      if (String(given?.shape) !== String(shape))
        throw new Error(`${name} [${shape}] is drawn, and PyTorch was given [${given?.shape}]`)
      return constant(given!.data, shape)
    }
  return (stream) => ({ normal: draw(stream, 'normal'), uniform: draw(stream, 'uniform') })
}

/** A loss of a model, as the goldens name it. */
export interface NamedLoss {
  readonly name: string
  readonly stage: BuiltStage
  readonly phase: BuiltPhase
}

export const lossesOf = (model: BuiltModel): NamedLoss[] =>
  model.stages.flatMap((stage) =>
    stage.phases.map((phase) => ({ name: stage.name || phase.name, stage, phase })),
  )

/** Terms, objective and the gradient for every parameter that a loss moves, as expressions. */
export function lossOutputs(written: FamilyCase, { stage, phase }: NamedLoss) {
  const { x, labels } = written
  const terms = phase.terms({
    x: constant(x.data, x.shape),
    training: written.config.training ?? true,
    noise: givenNoise(written.noise, stage.name),
    ...(labels && { labels: constant(labels.data, labels.shape) }),
  })
  const loss = objective(terms)
  const symbols = phase.trains.map(({ symbol }) => symbol)
  const slopes = gradients(loss, symbols)
  return {
    ...Object.fromEntries(Object.entries(terms).map(([name, t]) => [`term ${name}`, t.value])),
    objective: loss,
    ...Object.fromEntries(phase.trains.map(({ name }, i) => [`gradient ${name}`, slopes[i]!])),
  }
}
