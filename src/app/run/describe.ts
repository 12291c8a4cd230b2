import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type AnyDefinition, ownDefinition } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { modelNamed } from '../../models/registry.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/host.ts'
import { build } from '../../train/build.ts'
import { stageConfig } from '../../train/config.ts'
import type { RunConfig } from '../config.ts'
import { infoOf } from '../model-for-data.ts'
import { readCheckpoint, readConfig, readEnvironment, readMetrics } from './folder.ts'

/** A description of a run, read from its files alone; shown by `inspect`. */
export interface RunDescription {
  readonly folder: string
  readonly config: RunConfig
  readonly environment: Readonly<Record<string, unknown>> | undefined
  /** Lines of `metrics.jsonl` that cannot be read, counted from 1. */
  readonly unreadable: readonly number[]
  /** Epochs finished and steps done at the last checkpoint, of the stage that it is in. */
  readonly epoch: number
  readonly step: number
  /** Epochs that the stage has. */
  readonly epochs: number
  /** The stage, counted from 1, if there are several. */
  readonly stage: { readonly name: string; readonly number: number; readonly stages: number } | null
  readonly finished: boolean
  readonly best: { readonly epoch: number; readonly value: number } | null
  /** Numbers in the model, trained or kept. */
  readonly parameters: number
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}

/**
 * Describes a run from its files.
 *
 * @throws UserError if the folder is not a run, or its model is a definition that is not given
 */
export async function describeRun(
  folder: string,
  options: { readonly model?: AnyDefinition | undefined } = {},
): Promise<RunDescription> {
  requireOptions(options, 'describeRun', ['model'], UserError)
  const definition = ownDefinition(options.model)
  const config = await readConfig(folder, definition)
  const last = await readCheckpoint(folder, 'last')
  const environment = await readEnvironment(folder)
  const { unreadable } = await readMetrics(folder)
  const arrays = Object.entries(last?.arrays ?? {}).filter(([name]) => !name.includes(':'))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return {
          path: relative(folder, path),
          bytes: (await stat(path)).size,
        }
      }),
  )
  const epoch = last?.progress.epoch ?? 0
  const { isLast, ...position } = stagePosition(config, last?.progress.stage ?? 0, definition)
  return {
    folder,
    config,
    environment,
    unreadable,
    epoch,
    step: last?.progress.step ?? 0,
    ...position,
    finished: isLast && epoch >= position.epochs,
    best: last?.progress.best ?? null,
    parameters: arrays.reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0),
    files: files.sort((a, b) => a.path.localeCompare(b.path)),
  }
}

/** How far a training has come, by the number of its stage from 0. */
export function stagePosition(
  config: RunConfig,
  number: number,
  definition: ModelDefinition = modelNamed(config.model),
): Pick<RunDescription, 'epochs' | 'stage'> & { isLast: boolean } {
  const { epochs } = config.train
  // The configuration of a run that has read no data yet does not say what its model is built for.
  if (!config.example) return { epochs, stage: null, isLast: true }
  const model = build(definition, config.options, infoOf(config.example))
  if (model.fit) return { epochs: 1, stage: null, isLast: true }
  const { stages } = model
  const stage = stages[number]
  const isLast = number >= stages.length - 1
  if (!stage?.name) return { epochs, stage: null, isLast }
  const named = { name: stage.name, number: number + 1, stages: stages.length }
  return { epochs: stageConfig(config.train, stage).epochs, stage: named, isLast }
}
