/** Translates a text of the library; undefined where there is no translation. */
export type Translate = (english: string) => string | undefined

/** Texts of the library, which are English, with their translations. What braces name is carried over: `{count} values`. */
export type Phrases = Readonly<Record<string, string>>

/**
 * Translates by phrases.
 *
 * @param parts how the parts of these names are translated in turn; all others are carried over as they are
 */
export function translator(
  phrases: Phrases,
  parts: Readonly<Record<string, Translate>> = {},
): Translate {
  const patterns = Object.entries(phrases).map(([english, words]) => ({
    names: namesIn(english),
    pattern: patternOf(english),
    words,
  }))
  return (english) => {
    if (Object.hasOwn(phrases, english)) return phrases[english]
    for (const { names, pattern, words } of patterns) {
      const found = pattern.exec(english)?.slice(1)
      const translated = found?.map((part, i) => {
        const translate = parts[names[i]!]
        return translate ? translate(part) : part
      })
      if (translated && !translated.includes(undefined))
        return words.replace(NAME, (_, name: string) => translated[names.indexOf(name)]!)
    }
    return undefined
  }
}

const NAME = /\{(\w+)\}/g

const namesIn = (phrase: string): string[] => Array.from(phrase.matchAll(NAME), ([, name]) => name!)

const patternOf = (english: string): RegExp =>
  new RegExp(
    `^${english
      .split(NAME)
      .map((part, i) => (i % 2 === 0 ? part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : '(.+?)'))
      .join('')}$`,
    's',
  )
