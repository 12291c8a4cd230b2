/**
 * Labels for `count` examples, as even as can be and in the order of the classes: those of samples from a
 * model that is conditioned on a class, where nobody has chosen one.
 */
export function evenClasses(count: number, classLabels: readonly number[]): Int32Array {
  return Int32Array.from(
    { length: count },
    (_, i) => classLabels[Math.floor((i * classLabels.length) / count)]!,
  )
}

/** The same class for each of `count` examples. */
export const oneClass = (count: number, label: number): Int32Array =>
  new Int32Array(count).fill(label)
