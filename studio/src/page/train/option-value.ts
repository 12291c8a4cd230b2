import type { OptionFacts, Proposal } from '../../protocol/api.ts'

/** Options of reading data, which are chosen where the data is shown, and not in the form. */
export const OF_DATA: readonly string[] = [
  ...['label', 'normal', 'layout', 'size', 'colour'],
  ...['separator', 'encoding', 'decimal', 'header'],
]

/** An option's value as a field shows it: lists by commas, schedules as FROM:TO@EPOCHS. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'object' && 'from' in value && 'to' in value && 'epochs' in value)
    return `${value.from}:${value.to}@${value.epochs}`
  return String(value)
}

/**
 * The value that a text stands for, of the kind of the option's default. A text that is not of that kind stays a text, for the
 * session to judge: `0:1@10` of a number.
 */
export function textValue(text: string, { default: usual, name }: OptionFacts): unknown {
  const trimmed = text.trim()
  if (Array.isArray(usual) || LISTS.includes(name))
    return trimmed === '' ? [] : trimmed.split(',').map((part) => plainValue(part.trim()))
  if (typeof usual === 'boolean' && ['true', 'false'].includes(trimmed)) return trimmed === 'true'
  return plainValue(trimmed)
}

/** Options whose values are lists, whatever their default. */
const LISTS: readonly string[] = ['hidden', 'channels', 'activation', 'normal', 'missing']

const plainValue = (text: string): number | string =>
  text !== '' && Number.isFinite(Number(text)) ? Number(text) : text

/** What an option is where nobody chose: as the data suggests, or its default. */
export const usualText = (option: OptionFacts, proposed: Proposal['options']): string =>
  valueText(Object.hasOwn(proposed, option.name) ? proposed[option.name] : option.default)

/**
 * The options of a training: those that the proposal sets and the model has, and those that somebody chose to be something
 * else. An emptied field means the default.
 *
 * @param edits what fields hold, by the names of their options
 */
export function chosenOptions(
  options: readonly OptionFacts[],
  proposed: Proposal['options'],
  edits: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const chosen: Record<string, unknown> = {}
  for (const option of options) {
    const { name } = option
    const edit = edits[name]?.trim()
    if (edit === undefined) {
      if (Object.hasOwn(proposed, name)) chosen[name] = proposed[name]
    } else if (edit !== '' && isChange(edit, option, proposed)) {
      chosen[name] = textValue(edit, option)
    } else if (edit !== '' && Object.hasOwn(proposed, name)) {
      chosen[name] = proposed[name]
    }
  }
  return chosen
}

/** Whether a text means another value than the one that would be taken without it. */
export const isChange = (text: string, option: OptionFacts, proposed: Proposal['options']) =>
  text.trim() !== '' && valueText(textValue(text, option)) !== usualText(option, proposed)

/** The option that an error is about: messages begin with its name and a colon, as in `latent: expected …`. */
export function optionOfError(
  message: string,
  options: readonly OptionFacts[],
): string | undefined {
  const [, start] = /^([A-Za-z0-9]+)(?:\[\d+\]|\.\w+)*(?: [^:]{0,40})?: /.exec(message) ?? []
  return options.some(({ name }) => name === start) ? start : undefined
}
