/** A function of WGSL: its text, and the functions that it calls. */
export interface WgslFunction {
  readonly code: string
  readonly calls?: readonly string[]
}

export type WgslFunctions = Readonly<Record<string, WgslFunction>>

/** A finite number as a literal of f32. Throws where it is too large for one. */
export function floatLiteral(x: number): string {
  const rounded = Math.fround(x)
  if (!Number.isFinite(rounded)) throw new RangeError(`${x} does not fit float32`)
  return `${Object.is(rounded, -0) ? '-0' : rounded}f`
}

/** c[0] + c[1] x + c[2] x² + … as text, by Horner's rule; `x` is the name of a variable. */
export const polynomialText = (x: string, coefficients: readonly number[]): string =>
  coefficients
    .slice(0, -1)
    .reduceRight(
      (sum, c) => `(${sum} * ${x} + ${floatLiteral(c)})`,
      floatLiteral(coefficients.at(-1)!),
    )
