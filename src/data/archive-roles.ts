import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'

/** Which array of an archive is what. */
export interface ArchiveRoles {
  readonly examples: string
  readonly labels?: string | undefined
  readonly testExamples?: string | undefined
  readonly testLabels?: string | undefined
}

/** Examples, and their labels if there are any. */
export interface NamedArrays {
  readonly examples: HostTensor
  readonly labels?: HostTensor | undefined
  /** The test set that an archive brings along, as those of Keras do. */
  readonly test?: NamedArrays | undefined
  /** Which arrays of an archive were taken; absent for a file with one array. */
  readonly taken?: string | undefined
}

/** Names of examples, of their labels, and of a test set, the common ones first, in archives of NumPy, scikit-learn and Keras. */
const known = {
  examples: ['x', 'data', 'images', 'X', 'x_train', 'X_train'],
  labels: ['y', 'labels', 'Y', 'target', 'y_train', 'Y_train'],
  'test examples': ['x_test', 'X_test'],
  'test labels': ['y_test', 'Y_test'],
} as const

/** What labels are called beside examples of each name. */
const labelsOf: Readonly<Record<string, readonly string[]>> = {
  x_train: ['y_train', 'Y_train'],
  X_train: ['y_train', 'Y_train'],
  x_test: ['y_test', 'Y_test'],
  X_test: ['y_test', 'Y_test'],
}

/**
 * Which array of an archive holds the examples, which their labels, and which a test set: the only array, or those
 * called `x`, `X`, `data` or `images` with `y`, `Y` or `labels`, or `x_train` with `y_train`, `x_test` and `y_test`.
 *
 *     archiveRoles(['x_train', 'y_train', 'x_test', 'y_test'], 'mnist.npz').testLabels // 'y_test'
 *
 * @param file name in messages
 * @param array the examples, where that is stated; there is no test set then
 * @throws UserError that lists the names, if they do not say which array is what
 */
export function archiveRoles(
  names: readonly string[],
  file: string,
  array?: string | undefined,
): ArchiveRoles {
  if (array !== undefined) return statedRoles(names, file, array)
  if (names.length === 1) return { examples: names[0]! }
  const examples = onlyOf('examples', names, file)
  if (examples === undefined) throw unclear('examples', names, file)
  const testExamples = onlyOf('test examples', names, file)
  return {
    examples,
    labels: onlyOf('labels', names, file),
    testExamples,
    testLabels: testExamples && onlyOf('test labels', names, file),
  }
}

/** The array of labels in an archive of labels. Throws UserError that lists the names, if that is not clear. */
export function labelsRole(names: readonly string[], file: string): string {
  const found = names.length === 1 ? names[0] : onlyOf('labels', names, file)
  if (found === undefined) throw unclear('labels', names, file)
  return found
}

function onlyOf(
  role: keyof typeof known,
  names: readonly string[],
  file: string,
): string | undefined {
  const found = known[role].filter((name) => names.includes(name))
  if (found.length > 1) throw unclear(role, names, file)
  return found[0]
}

function statedRoles(names: readonly string[], file: string, array: string): ArchiveRoles {
  if (names.length === 1 && names[0] === '')
    throw new UserError(
      worded`${file}: holds one array without a name; leave ${option('array')} out, which picks one of an .npz archive`,
    )
  if (!names.includes(array))
    throw new UserError(
      worded`${file}: holds no array ${JSON.stringify(array)}, as ${option('array')} says; expected one of ${listed(names)}`,
    )
  const beside = labelsOf[array] ?? known.labels.filter((name) => !name.endsWith('_train'))
  const labels = beside.filter((name) => names.includes(name) && name !== array)
  return { examples: array, labels: labels.length === 1 ? labels[0] : undefined }
}

const listed = (names: readonly string[]): string =>
  names.map((name) => JSON.stringify(name)).join(', ')

function unclear(role: keyof typeof known, names: readonly string[], file: string): UserError {
  const [first, ...others] = [known[role].slice(0, 3), known[role].slice(3)].map((list) =>
    list.join(', '),
  )
  const also = others[0] ? ` (or ${others[0]})` : ''
  return new UserError(
    worded`${file}: holds the arrays ${listed(names)}; expected one array, or exactly one named ${first} for the ${role}${also}; the examples can be stated with ${option('array')}`,
  )
}

/** Which arrays were taken, for `inspect` and the start of a training. */
export function rolesText(roles: ArchiveRoles): string {
  const { examples, labels, testExamples, testLabels } = roles
  const labelled = (array: string, by: string | undefined) =>
    by === undefined ? `array ${array}` : `array ${array} with labels ${by}`
  const test = testExamples === undefined ? '' : `; test set: ${labelled(testExamples, testLabels)}`
  return `${labelled(examples, labels)}${test}`
}

/**
 * The examples and labels among a file's arrays, by the rule of `archiveRoles`.
 *
 * @param array the examples, where that is stated
 * @param withLabels whether labels are taken; others may be given beside them
 */
export function chooseExamples(
  arrays: ReadonlyMap<string, HostTensor>,
  path: string,
  array?: string | undefined,
  withLabels = true,
): NamedArrays {
  const found = archiveRoles([...arrays.keys()], path, array)
  const roles = withLabels ? found : { ...found, labels: undefined }
  const named = (examples: string, labels: string | undefined): NamedArrays => ({
    examples: arrays.get(examples)!,
    labels: labels === undefined ? undefined : arrays.get(labels),
  })
  const { examples, labels, testExamples, testLabels } = roles
  return {
    ...named(examples, labels),
    test: testExamples === undefined ? undefined : named(testExamples, testLabels),
    taken: arrays.size === 1 ? undefined : rolesText(roles),
  }
}

/**
 * Whether the arrays of an archive are the columns of a table: several, each `[N]` or `[N, 1]`, and not examples
 * `[N, 1]` with their labels.
 *
 * @param array the examples, where that is stated; they are no columns then
 */
export function areColumns(
  arrays: ReadonlyMap<string, HostTensor>,
  array?: string | undefined,
): boolean {
  const shapes = [...arrays.values()].map(({ shape }) => shape)
  const isColumn = ([count, width = 1]: readonly number[], axes: number) =>
    (axes === 1 || axes === 2) && width === 1 && count === shapes[0]![0]
  if (array !== undefined || shapes.length < 2) return false
  if (!shapes.every((shape) => isColumn(shape, shape.length))) return false
  return !known.examples.some((name) => arrays.get(name)?.shape.length === 2)
}
