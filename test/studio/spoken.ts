import { columnsText } from '../../src/data/column-remarks.ts'
import { columnKinds } from '../../src/data/table/schema.ts'
import { activeAbove } from '../../src/evaluate/likelihood/active-units.ts'
import { listed } from '../../src/tensor/described.ts'
import { counted } from '../../src/tensor/numbers.ts'
import type { Translate } from '../../studio/src/text/translator.ts'
import type { Part, Sentence } from './sentences.ts'

/** Functions that write such a part of a sentence. */
export const opaque = ['columnsText', 'listed', 'counted']

/** What the library writes into its sentences that is not a number, by how it writes it. */
const written: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^split$/, ['train', 'validation', 'test']],
  [/^columnsText\(/, [[2], [0, 1, 4], [0, 1, 2, 3, 4, 5, 6, 7]].map(columnsText)],
  [/^listed\(/, [listed(['column 3 has 99.1 %', 'column 1 0.5 %', 'column 20 0.4 %'])]],
  [/^counted\(.*'dimension'\)/, [1, 12].map((count) => counted(count, 'dimension'))],
  [/^counted\(.*'value'\)/, [1, 1234].map((count) => counted(count, 'value'))],
  [/^least\.text$/, [true, false].map((has) => activeAbove(new Float64Array([1, 2]), has).text)],
  [/^categories\.map\(quoted\)/, ['"no" and "yes"']],
  [/^order\.replace\(/, ['day first', 'month first']],
  [/^column\.kind$/, columnKinds.filter((kind) => kind !== 'ignore')],
  [/^column\.reason$/, ['numbers', 'two different values: "0" and "1"']],
]

/** A sentence as the library may write it, and what of it is to be carried over: numbers that occur nowhere else. */
interface Spoken {
  readonly english: string
  readonly numbers: readonly string[]
}

const spoken = ({ parts }: Sentence): Spoken[] =>
  parts.reduce<Spoken[]>(
    (before, part, at) =>
      before.flatMap(({ english, numbers }) =>
        values(part, at).map(({ text, isNumber }) => ({
          english: english + text,
          numbers: isNumber ? [...numbers, text] : numbers,
        })),
      ),
    [{ english: '', numbers: [] }],
  )

function values(part: Part, at: number): { text: string; isNumber: boolean }[] {
  if (typeof part === 'string') return [{ text: part, isNumber: false }]
  const [, known] = written.find(([how]) => how.test(part.code)) ?? []
  return (
    known?.map((text) => ({ text, isNumber: false })) ?? [{ text: `7.${at}e+9`, isNumber: true }]
  )
}

/** The sentences of which there is no translation, or one that loses a number, or that keeps English words. */
export function faults(sentences: readonly Sentence[], translate: Translate): string[] {
  return sentences.flatMap(spoken).flatMap(({ english, numbers }) => {
    const korean = translate(english)
    if (korean === undefined) return [`not translated: ${english}`]
    const lost = numbers.filter((number) => korean.split(number).length !== 2)
    const kept = wordsOf(korean).filter((word) => !names.has(word))
    return [
      ...(lost.length > 0 ? [`${lost} in “${korean}” of: ${english}`] : []),
      ...(kept.length > 0 ? [`English in “${korean}”: ${kept}`] : []),
    ]
  })
}

export const wordsOf = (text: string): string[] => text.match(/[A-Za-z][A-Za-z-]+/g) ?? []

/** Names that a Korean text writes as they are. */
const names = new Set('KL nat float ReLU leaky-relu student-t quantile no yes log'.split(' '))

/** Sentences as the library may write them. */
export const texts = (sentences: readonly Sentence[]): string[] =>
  sentences.flatMap(spoken).map(({ english }) => english)
