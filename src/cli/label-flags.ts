import type { Run } from '../app/run/load.ts'
import { classesText, classLabelsOf } from '../data/labels.ts'
import { UserError } from '../tensor/errors.ts'
import { type Flag, integer } from './flags.ts'

/** Flag for the class that a conditional model decodes as. */
export const labelFlag = (description: string): Flag<number | undefined> =>
  integer({}, `${description} (models that are conditioned on labels)`)

/** Whether a model decodes codes as examples of a given class. */
export const isConditional = ({ model }: Pick<Run, 'model'>): boolean =>
  model.labels === 'condition'

/** Throws UserError for a `--label` if the model is not conditioned on classes, or has no such class. */
export function requireLabel(run: Pick<Run, 'model'>, label: number | undefined): void {
  if (label === undefined) return
  const { definition, info } = run.model
  if (!isConditional(run))
    throw new UserError(
      `--label ${label}: ${definition.name} is not conditioned on labels; leave it out`,
    )
  const known = classLabelsOf(info)
  if (!known.includes(label))
    throw new UserError(
      `--label ${label}: is not a class of the training data (${classesText(known)})`,
    )
}
