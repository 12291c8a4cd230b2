import { computed, effect, signal } from '@preact/signals'
import { en } from './en/index.ts'
import { ko } from './ko/index.ts'
import type { Translate } from './translator.ts'

/** All texts of the page. What a language lacks, the compiler names. Texts with parts are functions. */
export type Text = typeof en

const languages = { en, ko } as const

export type Language = keyof typeof languages

/** Each language by its own name. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' }

export const language = signal<Language>('en')

/** The texts in the language of now: `text.value.map.title`. */
export const text = computed<Text>(() => languages[language.value])

export interface Translated {
  readonly words: string
  /** The language of the words where it is not that of the page: whoever hears the page needs it. */
  readonly lang?: 'en'
}

/** A text of the library in the language of now, or as it is where there is no translation. */
export function translated(english: string, translate: Translate): Translated {
  const words = translate(english)
  return words === undefined ? { words: english, lang: 'en' } : { words }
}

/** Numbers as the language writes them. */
export const shown = computed(() => {
  const format = (digits: number) =>
    new Intl.NumberFormat(language.value, {
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
    })
  const [whole, one, two, three] = [0, 1, 2, 3].map(format)
  return {
    whole: (value: number) => whole!.format(value),
    one: (value: number) => one!.format(value),
    two: (value: number) => two!.format(value),
    three: (value: number) => three!.format(value),
    percent: (share: number) => `${one!.format(100 * share)} %`,
  }
})

const KEY = 'latentlab language'

/** Begins with the language that somebody chose before, or the browser's. */
export function followLanguage(): void {
  const known = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2)
  if (Object.hasOwn(languages, known)) language.value = known as Language
  effect(() => {
    document.documentElement.lang = language.value
    document.title = text.value.frame.title
  })
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen
  localStorage.setItem(KEY, chosen)
}
