/**
 * Classes for `count` examples, as even as can be and in ascending order: those of samples from a model that
 * is conditioned on a class, where nobody has chosen one.
 */
export function evenClasses(count: number, classes: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * classes) / count))
}

/** The same class for each of `count` examples. */
export const oneClass = (count: number, label: number): Int32Array =>
  new Int32Array(count).fill(label)
