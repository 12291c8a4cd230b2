/**
 * A text in two wordings, since one error is read by a caller of the library, who sets options, and by a person
 * at a command line, who types flags.
 */
export interface Wording {
  readonly library: string
  readonly commandLine: string
}

/** The flag of an option: `--weight-decay` for `weightDecay`. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The flag that switches an option off: `--no-tied` for `tied`. */
export const negatedFlag = (option: string): string => flagName(option).replace('--', '--no-')

const quoted = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : String(value)

/**
 * An option by name, `testLabels` and `--test-labels`, or with a value to set, `clip: 1` and `--clip 1`,
 * `tied: false` and `--no-tied`.
 */
export function option(name: string, value?: string | number | boolean): Wording {
  if (value === undefined) return { library: name, commandLine: flagName(name) }
  const typed = typeof value === 'boolean' ? switched(name, value) : `${flagName(name)} ${value}`
  return { library: `${name}: ${quoted(value)}`, commandLine: typed }
}

const switched = (name: string, on: boolean) => (on ? flagName(name) : negatedFlag(name))

/** An option with the value that was given, at the head of a message: `lr 3: …` and `--lr 3: …`. */
export function given(name: string, value: string | number): Wording {
  return { library: `${name} ${quoted(value)}`, commandLine: `${flagName(name)} ${value}` }
}

/** A verb on a run: `resume('runs/x')` and `latentlab resume runs/x`. */
export function verb(name: string, folder: string): Wording {
  return { library: `${name}(${quoted(folder)})`, commandLine: `latentlab ${name} ${folder}` }
}

/**
 * A template in both wordings: what is inserted into it may be a wording, too.
 *
 *     worded`try a lower ${option('lr')}` // 'try a lower lr' and 'try a lower --lr'
 */
export function worded(texts: TemplateStringsArray, ...inserted: readonly unknown[]): Wording {
  const joined = (which: keyof Wording) =>
    String.raw({ raw: texts }, ...inserted.map((one) => (isWording(one) ? one[which] : one)))
  return { library: joined('library'), commandLine: joined('commandLine') }
}

const isWording = (value: unknown): value is Wording =>
  typeof value === 'object' && value !== null && 'library' in value && 'commandLine' in value
