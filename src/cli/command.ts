import type { Flags, Values } from './flags.ts'
import type { Interruption } from './interruption.ts'

/** A verb of the command line before its own file is loaded. */
export interface Verb {
  readonly summary: string
  /** Loads the command's own file; the overview and other verbs do not need it. */
  load(): Promise<Command>
}

/** All verbs by name. */
export type Verbs = Readonly<Record<string, Verb>>

/** Input of a command. */
export interface Input<F extends Flags = Flags> {
  /** The positional argument, such as the folder of a run; empty if there is none. */
  readonly subject: string
  /** All positional arguments, for verbs that take several. */
  readonly subjects: readonly string[]
  readonly flags: Values<F>
  readonly interruption: Interruption
  /** All verbs, for the command that is about them. */
  readonly verbs: Verbs
}

/** One verb of the command line. */
export interface Command<F extends Flags = Flags> {
  /** Name of the positional argument in help, whether it is optional, and whether there may be several. */
  readonly subject?: {
    readonly name: string
    readonly optional?: boolean
    readonly many?: boolean
    /** What the Tab key offers, unless the name says it: a RUN, a FOLDER. */
    choices?(): Promise<readonly string[]>
  }
  readonly flags: F
  /** Present names of flags by their former ones, which still work and are not in help. */
  readonly formerFlags?: Readonly<Record<string, string>>
  /** The flags that help shows, if they depend on the model; otherwise `flags`. */
  helpFlags?(model: string | undefined): Flags
  /** Text above the flags in help, which may depend on the model. */
  helpIntroduction?(model: string | undefined): string
  /** Text below the flags in help. */
  readonly notes?: string
  readonly examples: readonly string[]
  /** Runs the command. Its result goes to standard output, everything else to standard error. */
  run(input: Input<F>): Promise<void>
}

/** Defines a command; the types of its flags are inferred. */
export function defineCommand<F extends Flags>(command: Command<F>): Command {
  return command as unknown as Command
}
