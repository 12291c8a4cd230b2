/** A key of a JSON object, and where its value stands in the text. */
export interface Member {
  readonly key: string
  readonly start: number
  readonly end: number
}

const STRING = /"(?:[^"\\]|\\.)*"/y
const SPACE = /\s*/y
/** Up to what ends a value or opens one inside of it. */
const PLAIN = /[^"[\]{},]*/y

/** Where the values of a JSON object stand in its text, which is valid JSON. */
export function membersOf(text: string): Member[] {
  const members: Member[] = []
  let at = text.indexOf('{') + 1
  const pass = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  for (;;) {
    pass(SPACE)
    if (text[at] !== '"') return members
    const key = JSON.parse(pass(STRING)) as string
    pass(SPACE)
    at++
    pass(SPACE)
    const start = at
    let end = at
    for (let depth = 0; ; ) {
      pass(PLAIN)
      const next = text[at]
      if (next === '"') pass(STRING)
      else if (depth === 0 && (next === ',' || next === '}')) {
        end = start + text.slice(start, at).trimEnd().length
        break
      } else {
        if (next === '[' || next === '{') depth++
        if (next === ']' || next === '}') depth--
        at++
      }
    }
    members.push({ key, start, end })
    at++
  }
}
