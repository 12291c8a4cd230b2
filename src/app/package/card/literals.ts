/** A value of JSON in Python. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${pythonLiteral(one)}`)
    .join(', ')}}`
}

/** A row as an object of JavaScript, where `__proto__:` would be no key. */
export const scriptLiteral = (row: unknown): string =>
  (JSON.stringify(row) ?? '').replaceAll('"__proto__":', '["__proto__"]:')

/** A text of JavaScript. */
export const scriptText = (text: string): string =>
  /^[^'\\\p{Cc}]*$/u.test(text) ? `'${text}'` : JSON.stringify(text)

/** One word of a command line. */
export const shellWord = (text: string): string =>
  /^[\w./][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
