import type { Option } from '../app/option-list.ts'
import { optionText } from '../app/option-text.ts'
import { negatedFlag } from '../tensor/wording.ts'
import type { Flag } from './flags.ts'

/** Flags whose texts are read by the schemas of the configuration. */
export type OptionFlags = Readonly<Record<string, Flag<string | undefined>>>

/** An option of the configuration as a flag. Its text is read by the configuration's own schema. */
export function optionFlag(option: Option): Flag<string | undefined> {
  const { name, description, default: preset, boolean, choices, file } = option
  const shown = optionText(preset)
  return {
    description,
    value: boolean ? undefined : file ? 'FILE' : typeof preset === 'number' ? 'N' : 'VALUE',
    shown: boolean
      ? preset
        ? `on; ${negatedFlag(name)} switches it off`
        : undefined
      : shown || undefined,
    choices,
    read: (given) => given,
  }
}
