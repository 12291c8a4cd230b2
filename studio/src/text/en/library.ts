import type { Translate } from '../translator.ts'

/** A text of the library as a sentence. */
const sentence: Translate = (words) =>
  words === ''
    ? ''
    : `${words[0]!.toLocaleUpperCase('en')}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`

/** Options by name. */
type OptionValues = Readonly<Record<string, string | number | boolean>>

const asItIs: Translate = (words) => words

/** Texts that the library has in English alone. */
export const library = {
  /** What a model is: `Autoencoder: compresses an example to a code and reconstructs it`. */
  model: asItIs,
  /** What an option means. */
  option: sentence,
  /** What the doctor found, what it measured, and what to try where that is not options. */
  finding: asItIs,
  evidence: asItIs,
  remedy: asItIs,
  /** Options to be set, as the doctor writes them: `lr: 0.001, clip: 1`. */
  setting: (english: string, _options: OptionValues): string => english,
  /** Why a column of a table is taken for what it is, and what training does with it. */
  reason: sentence,
  treatment: sentence,
}
