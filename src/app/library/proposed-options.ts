import type { DataSet } from '../../data/dataset.ts'
import { splitOf } from '../../data/rows.ts'
import { definitionOf } from '../../models/definition.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/host.ts'
import { flatOptions } from '../config.ts'
import { buildFor, requireTrainable, withData } from '../model-for-data.ts'
import { trainingOptions } from '../option-list.ts'
import { unusedReason } from '../unused-options.ts'
import { sources, trainingOf } from './given-options.ts'
import type { ChosenModel, ModelChoice, TrainingHooks, TrainingOptions } from './options.ts'

/** What a training would do with the options that nobody chose. */
export interface ProposedOptions {
  /** Every option of the training by its name, with the value that it would have; those of data sources are left out. */
  readonly options: Readonly<Record<string, unknown>>
  /** Names of those that follow the data in place of their default: the likelihood of a table, the batch of a small set. */
  readonly following: readonly string[]
  /** Why the model does not use an option, by its name. */
  readonly unused: Readonly<Record<string, string>>
  /** Numbers in the model that would be trained. */
  readonly parameters: number
}

/**
 * What `train` would choose for a data set, before anything is trained: the options that somebody chose, and for all others
 * the default of the model or what follows from the data.
 *
 *     const { options, following } = proposedOptions(dataSet, { model: 'vae', latent: 2 })
 *
 * @param chosen the options that somebody chose, as `train` takes them, without data
 * @throws UserError for an option that does not fit the model or the data, as `train` would
 */
export function proposedOptions<M extends ModelChoice = 'vae'>(
  data: DataSet,
  chosen: ChosenModel<M> & Omit<TrainingOptions<M>, keyof TrainingHooks> = {} as never,
): ProposedOptions {
  splitOf(data, 'train')
  requireOptions(data.form, 'data.form')
  requireOptions(chosen, 'proposedOptions', undefined, UserError)
  const { model = 'vae', ...rest } = chosen as { model?: ModelChoice }
  const definition = definitionOf(model)
  const { config: resolved, chosen: names } = trainingOf(rest, definition, { data: 'array' })
  const config = withData(resolved, data, { chosen: names, definition })
  const built = buildFor(config, data, definition)
  requireTrainable(config, built, data)
  const [before, after] = [flatOptions(resolved), flatOptions(config)]
  const known = trainingOptions(definition)
    .map(({ name }) => name)
    .filter((name) => !sources.includes(name))
  const reasons = known.flatMap((name) => {
    const reason = unusedReason(name, config, definition)
    return reason ? [[name, reason.library] as const] : []
  })
  return {
    options: Object.fromEntries(
      known.filter((name) => after[name] !== undefined).map((name) => [name, after[name]]),
    ),
    following: known.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])),
    unused: Object.fromEntries(reasons),
    parameters: [...built.parameters.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  }
}
