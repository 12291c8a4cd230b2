import { described } from './described.ts'

/** A value of a JSON text, or what is wrong with the text. */
export type StrictJson =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: string; readonly value?: undefined }

/**
 * Reads JSON from its bytes, and refuses what `JSON.parse` lets pass in silence: bytes that are not UTF-8, a name
 * that an object has twice, and `__proto__` as a name.
 *
 * @param deepest most objects and lists inside one another
 * @param anyName lets `__proto__` pass, for rows whose columns may be called anything
 */
export function strictJson(bytes: Uint8Array, deepest = 20, anyName = false): StrictJson {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { fault: 'is not UTF-8' }
  }
  try {
    // Before `JSON.parse`, which would build whatever nesting there is.
    const fault = namesFault(text, deepest, anyName)
    return fault === undefined ? { value: JSON.parse(text) } : { fault }
  } catch {
    return { fault: 'is not JSON' }
  }
}

/** Follows the brackets and texts of a JSON text; where it is not JSON, `JSON.parse` says so afterwards. */
function namesFault(text: string, deepest: number, anyName: boolean): string | undefined {
  /** The names of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '{' || letter === '[') open.push(letter === '{' ? new Set() : undefined)
    else if (letter === '}' || letter === ']') open.pop()
    if (open.length > deepest) return `nests deeper than ${deepest} levels`
    if (letter !== '"') continue
    const end = endOfText(text, at)
    const names = open.at(-1)
    if (names && isFollowedByColon(text, end)) {
      const name = JSON.parse(text.slice(at, end)) as string
      if (name === '__proto__' && !anyName) return 'uses the name "__proto__"'
      if (names.has(name)) return `has the name ${described(name)} twice`
      names.add(name)
    }
    at = end - 1
  }
  return undefined
}

/** Where a text that begins with the quotation mark at `from` ends: behind its closing one. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    at = text.indexOf('"', at)
    if (at < 0) return text.length
    let before = at
    while (text[before - 1] === '\\') before--
    if ((at - before) % 2 === 0) return at + 1
  }
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from
  while (' \t\n\r'.includes(text[at] ?? '.')) at++
  return text[at] === ':'
}
