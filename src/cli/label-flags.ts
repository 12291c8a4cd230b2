import type { Run } from '../app/run/load.ts'
import { classesText, classLabelsOf } from '../data/labels.ts'
import { UserError } from '../tensor/errors.ts'
import { type Flag, text } from './flags.ts'

/** Flag for the class that a conditional model decodes as: its label, or its name. */
export const labelFlag = (description: string): Flag<string | undefined> =>
  text('LABEL', `${description} (models that are conditioned on labels)`)

/** Whether a model decodes codes as examples of a given class. */
export const isConditional = ({ model }: Pick<Run, 'model'>): boolean =>
  model.labels === 'condition'

/**
 * The label that a `--label` names, by its number or by the name of its class.
 *
 * @throws UserError if the model is not conditioned on classes, or has no such class
 */
export function labelOf(
  { model, config }: Pick<Run, 'model' | 'config'>,
  given: string | undefined,
): number | undefined {
  if (given === undefined) return undefined
  const { definition, info } = model
  if (!isConditional({ model }))
    throw new UserError(
      `--label ${given}: ${definition.name} is not conditioned on labels; leave it out`,
    )
  const known = classLabelsOf(info)
  const names = config.example?.classNames
  const named = names?.indexOf(given) ?? -1
  const label = named >= 0 ? known[named] : known.find((one) => String(one) === given)
  if (label !== undefined) return label
  throw new UserError(
    `--label ${given}: is not a class of the training data (${classesText(names ?? known)})`,
  )
}

/** What a class is called: its name, or its label where it has none. */
export const className = (
  { config: { example } }: Pick<Run, 'config'>,
  label: number,
): number | string => example?.classNames?.[classLabelsOf(example).indexOf(label)] ?? label
