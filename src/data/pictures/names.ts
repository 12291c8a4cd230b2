/** A file's name for a message of one line: quoted where it has line breaks or other control characters. */
export const nameText = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name) ? JSON.stringify(name) : name

/** Compares texts by the bytes of their UTF-8, which is the order of their code points. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return ranked(left) - ranked(right)
  }
  return a.length - b.length
}

/** Halves of surrogate pairs, for code points above all others, come after every other code unit. */
const ranked = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
