import { z } from 'zod'
import { flag, integer, type LearningRateSchedule, number, text } from '../config/options.ts'
import { adjustable, onlyWith } from '../config/schema-facts.ts'

const positive = () => number(z.number().positive())
const fraction = () => number(z.number().min(0).lt(1))

const ofSgd = <S extends z.ZodType>(schema: S): S => onlyWith(schema, 'optimizer', ['sgd'])
const ofAdam = <S extends z.ZodType>(schema: S): S =>
  onlyWith(schema, 'optimizer', ['adam', 'adamw'])

const STEP = /^step:(?=[\d.]*[1-9])\d*\.?\d+:\d*\.?\d+$/
const MILESTONES = /^milestones:[1-9]\d*(,[1-9]\d*)*:\d*\.?\d+$/

/** A term of the loss by its name, or what is minimised as a whole, or nothing. */
export type MonitoredTerm = 'objective' | 'none' | 'reconstruction' | 'kl' | (string & {})

function isSchedule(text: string): boolean {
  if (text === 'constant' || text === 'cosine' || STEP.test(text)) return true
  if (!MILESTONES.test(text)) return false
  const epochs = milestonesOf(text)
  return epochs.every((epoch, i) => i === 0 || epoch > epochs[i - 1]!)
}

const milestonesOf = (schedule: string): number[] => schedule.split(':')[1]!.split(',').map(Number)

/** How a model is trained. `config.json` holds all of this, and the model's own options. */
export const trainConfig = z.strictObject({
  epochs: adjustable(
    integer(1, 1_000_000)
      .default(20)
      .describe(
        'passes over the training data; a table with few rows gets more if this is not given, for 2000 steps, but at most 500',
      ),
  ),
  batch: integer(1, 1_000_000).default(128).describe('examples per step'),
  optimizer: z
    .enum(['adam', 'adamw', 'sgd'])
    .default('adam')
    .describe('rule for the update: adam, adamw or sgd'),
  lr: adjustable(positive().default(1e-3).describe('learning rate')),
  schedule: text<LearningRateSchedule>(
    isSchedule,
    'constant, cosine, step:EPOCHS:FACTOR such as step:10:0.1, or milestones:EPOCH,EPOCH,…:FACTOR such as milestones:200,350:0.5',
    ['constant', 'cosine', 'step:10:0.1', 'milestones:200,350:0.5'],
  )
    .default('constant')
    .describe(
      'learning rate over time: constant, cosine (to 0), step:EPOCHS:FACTOR (every so many epochs) or milestones:EPOCH,…:FACTOR (after each of these epochs)',
    ),
  warmup: number(z.number().min(0))
    .default(0)
    .describe('epochs over which the learning rate rises from 0'),
  momentum: ofSgd(fraction().default(0.9).describe('momentum of sgd')),
  nesterov: ofSgd(flag().default(false).describe('use Nesterov momentum')),
  beta1: ofAdam(fraction().default(0.9).describe("decay of adam's first moment")),
  beta2: ofAdam(fraction().default(0.999).describe("decay of adam's second moment")),
  epsilon: ofAdam(positive().default(1e-8).describe("added to the root of adam's second moment")),
  weightDecay: number(z.number().min(0))
    .default(0)
    .describe('L2 penalty; with adamw, decoupled weight decay'),
  clip: number(z.number().min(0)).default(0).describe('largest gradient norm; 0 for no limit'),
  patience: integer(0)
    .default(0)
    .describe('epochs without improvement before training stops early; 0 for never'),
  monitor: (z.string() as unknown as z.ZodType<MonitoredTerm>)
    .default('objective')
    .describe('validation term that early stopping and the best checkpoint go by'),
  seed: integer(0, 2 ** 53 - 1)
    .default(0)
    .describe('seed of all random numbers'),
})

export type TrainConfig = z.infer<typeof trainConfig>

/** The configuration of a stage, which may have its own number of epochs. */
export const stageConfig = (config: TrainConfig, stage: { epochs: number | undefined }) => ({
  ...config,
  epochs: stage.epochs ?? config.epochs,
})

/**
 * Learning rate at a step of a stage (counted from 0) with `perEpoch` steps an epoch. Warm-up, steps and
 * milestones all count from the stage's first step.
 */
export function learningRate(config: TrainConfig, step: number, perEpoch: number): number {
  const epoch = step / perEpoch
  const warm = config.warmup > 0 ? Math.min(1, (step + 1) / (config.warmup * perEpoch)) : 1
  return config.lr * warm * decay(config, epoch)
}

function decay({ schedule, epochs }: TrainConfig, epoch: number): number {
  if (schedule === 'cosine')
    return 0.5 * (1 + Math.cos((Math.PI * Math.min(epoch, epochs)) / epochs))
  if (schedule === 'constant') return 1
  const [kind, every, factor] = schedule.split(':')
  const decays =
    kind === 'milestones'
      ? milestonesOf(schedule).filter((milestone) => epoch >= milestone).length
      : Math.floor(epoch / Number(every))
  return Number(factor) ** decays
}
