import type { Run } from '../app/run/load.ts'
import { classesText } from '../data/labels.ts'
import { UserError } from '../tensor/errors.ts'
import { classLabelsOf } from '../train/labels.ts'
import { type Flag, integer } from './flags.ts'

/** Flag of a class that a model conditioned on labels is to decode as. */
export const labelFlag = (description: string): Flag<number | undefined> =>
  integer({}, `${description} (models that are conditioned on labels)`)

/** Whether a model decodes codes as examples of a class. */
export const isConditional = ({ model }: Pick<Run, 'model'>): boolean =>
  model.labels === 'condition'

/** Refuses `--label` where the model knows no classes, or not that one. */
export function requireLabel(run: Pick<Run, 'model'>, label: number | undefined): void {
  if (label === undefined) return
  const { definition, info } = run.model
  if (!isConditional(run))
    throw new UserError(
      `--label ${label}: ${definition.name} is not conditioned on labels; leave it out`,
    )
  const known = classLabelsOf(info)
  if (!known.includes(label))
    throw new UserError(`--label ${label}: is no class that was trained on (${classesText(known)})`)
}
