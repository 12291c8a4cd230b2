import { type Schedule, scheduledValue } from '../config/options.ts'
import { type DataForm, examples } from '../data/training-rows.ts'
import { fedRows, type LoopProgram, STEPS } from '../graph/loop.ts'
import { scalar, Tensor } from '../graph/tensor.ts'
import type { Batch } from '../models/model.ts'
import type { Arrays } from '../runtime/session.ts'
import { type HostTensor, hostTensor, int64s } from '../tensor/host.ts'
import type { BuiltModel } from './build.ts'
import { learningRate, stageConfig, type TrainConfig } from './config.ts'
import type { InForce } from './course.ts'
import type { Position } from './history.ts'
import { labelInput, oneHot } from './labels.ts'
import { noiseSource } from './noise.ts'
import { optimizer } from './optimizers.ts'
import { slotsOf, trainingStep } from './step.ts'

export interface TrainingProgram {
  readonly loop: LoopProgram
  /** Names of the loss terms, in the model's order. */
  readonly terms: readonly string[]
  /** Arrays of the state that start at zero. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /**
   * Feeds of one call, without those of `batchesOf`.
   *
   * @param step number of the first step, from 0
   * @param indices rows of the store, one batch after the other
   * @param perEpoch steps of an epoch, which schedules count in
   */
  feeds(step: number, indices: Int32Array, perEpoch: number): Arrays
}

/**
 * The whole training step of a stage as the body of a loop: batch gather and normalisation, noise, forward,
 * backward, optimiser. Parameters that the stage does not train are inputs, like the data. The number of steps
 * of a call does not affect the result.
 *
 * @param options.inForce what holds for a step, for the values that are fed: by default what is given, for all
 */
export function trainingProgram(
  model: BuiltModel,
  form: DataForm,
  config: TrainConfig,
  options: {
    readonly perExample?: boolean
    readonly stage?: number
    readonly inForce?: (step: Position) => InForce
  } = {},
): TrainingProgram {
  const { batch } = config
  const { stage: number = 0, inForce = () => ({ config, model }) } = options
  const stage = model.stages[number]!
  const step = fedRows('step', [], 'int64')
  const random = noiseSource(config.seed, step.row, step.rows.reshape([STEPS, 1]))
  const noise = (stream: string) => random.noise(stage.name ? `${stage.name} ${stream}` : stream)
  const given = batchInputs(form, batch, model.labels !== undefined)
  const b: Batch = {
    x: examples(given.stored, form, noise),
    training: true,
    noise,
    labels: given.labels && oneHot(given.labels, model.info.classes!),
  }
  const rule = optimizer(config)
  const columnRows = Object.keys(rule.columns(1, config.lr)).map(
    (name) => [name, fedRows(`column ${name}`, [])] as const,
  )
  const columns = Object.fromEntries(columnRows.map(([name, { row }]) => [name, row]))
  const { state, terms, objective } = trainingStep(model, stage, b, config, rule, columns)

  const schedules = [...model.schedules].map(([name, symbol]) => {
    const { name: input } = symbol.attributesOf('input')
    return { name, input, rows: Tensor.input(`column ${name}`, [STEPS]) }
  })
  const rows = Object.fromEntries([
    ...[step, ...given.fed, ...columnRows.map(([, column]) => column)].map((fed) => [
      fed.name,
      fed.rows,
    ]),
    ...schedules.map((s) => [s.input, s.rows]),
    ...Object.entries(random.rows),
  ])
  const values = Object.entries(terms).map(([name, { value }]) => [
    `term ${name}`,
    options.perExample || value.rank === 0 ? value : value.mean(),
  ])
  return {
    loop: {
      state,
      rows,
      reports: Object.fromEntries([...values, ['objective', objective]]),
      summary: { finite: finiteness(Object.values(state).map((s) => s.input)) },
    },
    terms: Object.keys(terms),
    slots: slotsOf(stage, rule.slots),
    feeds(first, indices, perEpoch) {
      const steps = indices.length / batch
      const at = Array.from({ length: steps }, (_, k) => first + k)
      const column = (value: (step: number) => number): HostTensor =>
        hostTensor('float64', [steps], Float64Array.from(at, value))
      const then = at.map((s) => inForce({ stage: number, step: s }))
      const numbers = at.map((s, k) =>
        rule.columns(s + 1, learningRate(stageConfig(then[k]!.config, stage), s, perEpoch)),
      )
      return {
        step: hostTensor('int64', [steps], int64s(at)),
        ...(form.rows !== undefined && {
          indices: hostTensor('int64', [steps, batch], int64s(indices)),
        }),
        ...Object.fromEntries(
          columnRows.map(([name]) => [`column ${name}`, column((s) => numbers[s - first]![name]!)]),
        ),
        ...Object.fromEntries(
          schedules.map(({ name }) => [
            `column ${name}`,
            column((s) => {
              const value = then[s - first]!.model.config[name] as number | Schedule
              return scheduledValue(value, s / perEpoch)
            }),
          ]),
        ),
      }
    },
  }
}

/**
 * The stored rows of a step and their classes: gathered from all rows, or where those are not in memory, fed as
 * `batchesOf` does.
 */
function batchInputs({ rows, dimension, storage }: DataForm, batch: number, withLabels: boolean) {
  const dtype = storage === 'uint8' ? 'uint8' : 'float'
  if (rows !== undefined) {
    const index = fedRows('indices', [batch], 'int64')
    const stored = Tensor.input('data', [rows, dimension], dtype).gather(index.row)
    return {
      stored,
      labels: withLabels ? labelInput(rows).gather(index.row) : undefined,
      fed: [index],
    }
  }
  const window = fedRows('batches', [batch, dimension], dtype)
  const labels = withLabels ? fedRows('batch labels', [batch], 'int64') : undefined
  return { stored: window.row, labels: labels?.row, fed: labels ? [window, labels] : [window] }
}

/** 0 where every number is finite, else NaN: x - x is 0 for finite x only. */
function finiteness(state: readonly Tensor[]): Tensor {
  return state.map((x) => x.sub(x).sum()).reduce((total, part) => total.add(part), scalar(0))
}
