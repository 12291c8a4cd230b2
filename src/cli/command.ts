import type { Flags, Values } from './flags.ts'
import type { Interruption } from './interruption.ts'

/** What a command is given to work on. */
export interface Input<F extends Flags = Flags> {
  /** The argument that is no flag, such as the folder of a run; empty where there is none. */
  readonly subject: string
  /** All such arguments, of a verb that takes several. */
  readonly subjects: readonly string[]
  readonly flags: Values<F>
  readonly interruption: Interruption
}

/** One verb of the command line. */
export interface Command<F extends Flags = Flags> {
  /** What its argument is called in help, whether it may be left out, and whether there may be several. */
  readonly subject?: { readonly name: string; readonly optional?: boolean; readonly many?: boolean }
  readonly flags: F
  /** The flags that help shows, where they depend on the model; otherwise `flags`. */
  helpFlags?(model: string | undefined): Flags
  /** What help says above the flags, where it depends on the model. */
  helpIntroduction?(model: string | undefined): string
  /** What help says below the flags. */
  readonly notes?: string
  readonly examples: readonly string[]
  /** Does it. What it prints on standard output is its result; all else goes to standard error. */
  run(input: Input<F>): Promise<void>
}

/** States a command; the types of its flags are inferred. */
export function defineCommand<F extends Flags>(command: Command<F>): Command {
  return command as unknown as Command
}
