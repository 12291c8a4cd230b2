import type { ScoreName, Scoring } from '../../answers/anomaly/scoring.ts'
import type { DataSet, SplitName } from '../../data/dataset.ts'
import type { ExampleForm } from '../../data/form.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import type { EvaluationOptions } from '../../evaluate/options.ts'
import type { AnyDefinition } from '../../models/definition.ts'
import { modelNamed } from '../../models/registry.ts'
import { openRuntime } from '../../runtime/node.ts'
import type { Device } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { keptIn, keptOnce } from '../../tensor/kept.ts'
import { verb, worded } from '../../tensor/wording.ts'
import { build, parametersIn } from '../../train/build.ts'
import { type TrainedModel, trainedModel } from '../../train/trained.ts'
import type { ScorePreset } from '../answers/scored-examples.ts'
import type { RunConfig } from '../config.ts'
import { cachedFeatureSpace } from '../feature-cache.ts'
import { infoOf } from '../model-for-data.ts'
import { requireParameters } from './checkpoint-checks.ts'
import { type DataSource, openRunData } from './data-source.ts'
import { readCheckpoint, readConfig } from './folder.ts'
import { requireSameData } from './recorded-data.ts'

/** A run on disk with its trained model. */
export interface Run extends TrainedModel {
  readonly folder: string
  readonly config: RunConfig
  /** Epochs and steps after which the checkpoint was made. */
  readonly epoch: number
  readonly step: number
  readonly checkpoint: 'best' | 'last'
  /** The run's data set, read at the first call that succeeds. Throws UserError if it has changed. */
  data(): Promise<DataSet>
  /**
   * How a stored value becomes a value of an example. It is recorded with the run; for a run of an older version
   * it is derived from the data, and undefined if the data cannot be read.
   */
  form(): Promise<ExampleForm | undefined>
  /** Figures of a split; without options, they are computed once. */
  evaluate(split: SplitName, options?: EvaluationOptions): Promise<Evaluation>
  /** Of a package in place of a run: what its scores need, which it holds itself. */
  readonly packaged?:
    | {
        scoring(names: readonly ScoreName[]): Promise<Scoring>
        readonly preset: ScorePreset | undefined
      }
    | undefined
  /** Frees the model and its runtime after the native call under way; calls that need another one fail. */
  close(): Promise<void>
}

export interface LoadOptions {
  /** The definition of the run's model, if it is not one of the built-in models. */
  readonly model?: AnyDefinition | undefined
  /** By default the best where there is one, else the last. */
  readonly checkpoint?: 'best' | 'last' | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  /** The run's data set, if it is open already. */
  readonly data?: DataSet | undefined
  /** Where the run's data is read from now, or the arrays that it was trained on. */
  readonly source?: DataSource | undefined
}

/** Loads a run's model. Throws UserError if there is no checkpoint, or one that does not fit. */
export async function loadRun(folder: string, options: LoadOptions = {}): Promise<Run> {
  const config = await readConfig(folder, options.model)
  const kinds = options.checkpoint ? [options.checkpoint] : (['best', 'last'] as const)
  let kind: 'best' | 'last' | undefined
  let found: Awaited<ReturnType<typeof readCheckpoint>>
  for (const candidate of kinds) {
    found = await readCheckpoint(folder, candidate)
    kind = candidate
    if (found) break
  }
  if (!found || !kind)
    throw new UserError(
      worded`${folder} has no ${options.checkpoint ? `${options.checkpoint} ` : ''}checkpoint yet: train it first, with: ${verb('resume', folder)}`,
    )
  if (options.data) requireSameData(config, options.data)
  const data = keptOnce(async () => options.data ?? openRunData(config, folder, options.source))
  const model = build(
    options.model ?? modelNamed(config.model),
    config.options,
    infoOf(config.example ?? (await data())),
  )
  requireParameters(folder, config, model, found)
  const parameters = parametersIn(model, found.arrays)
  const runtime = openRuntime({
    device: options.device ?? config.compute.device,
    threads: options.threads ?? config.compute.threads,
    kernels: config.compute.kernels,
  })
  const trained = trainedModel(runtime, model, parameters)
  const evaluate = async (split: SplitName, options?: EvaluationOptions) => {
    const { evaluationOf } = await import('../evaluation.ts')
    return evaluationOf(trained, config, data, cachedFeatureSpace)(split, options)
  }
  /** Without options: those that training prints are also in its report. */
  const evaluations = new Map<SplitName, Promise<Evaluation>>()
  return {
    ...trained,
    folder,
    config,
    epoch: found.progress.epoch,
    step: found.progress.step,
    checkpoint: kind,
    data,
    form: async () =>
      config.example?.form ??
      data().then(
        ({ form }) => form,
        () => undefined,
      ),
    evaluate(split, options) {
      if (options) return evaluate(split, options)
      return keptIn(evaluations, split, () => evaluate(split))
    },
    async close() {
      await runtime.close().finally(() => trained.close())
    },
  }
}
