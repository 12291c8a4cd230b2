import { writeNotesBy } from '../app/notes.ts'
import { VERSION } from '../config/version.ts'
import { nearest, UserError } from '../tensor/errors.ts'
import { commandHelp, overview } from './help.ts'
import { watchSignals } from './interruption.ts'
import { parseArguments, peek } from './parse.ts'
import { log, logAsIs, pageWidth, prepareTerminal, print, printAsIs } from './terminal.ts'
import { verbs } from './verbs.ts'

/**
 * Runs the command line and sets the exit code: 0; 1 for a bug, printed with its stack; 2 for a user error,
 * printed in one line; 3 for a claim that does not hold; 129, 130 and 143 after a signal. The process then ends by
 * itself.
 *
 * @param args what follows `latentlab`
 */
export async function main(args: readonly string[]): Promise<void> {
  prepareTerminal()
  writeNotesBy(log)
  const interruption = watchSignals()
  try {
    await perform(args, interruption)
    process.exitCode = interruption.exitCode ?? process.exitCode ?? 0
  } catch (thrown) {
    const { asMemoryError } = await import('../runtime/memory-error.ts')
    const error = asMemoryError(thrown)
    process.exitCode = interruption.exitCode ?? (error instanceof UserError ? 2 : 1)
    // Interrupted work fails as a consequence; but an error while saving must still be printed.
    if (interruption.exitCode === undefined || error instanceof UserError) logError(error)
  }
}

async function perform(
  args: readonly string[],
  interruption: ReturnType<typeof watchSignals>,
): Promise<void> {
  const [verb = '--help', ...rest] = args
  if (verb === '--help' || verb === '-h') return printAsIs(overview(pageWidth()))
  if (verb === '--version' || verb === '-v') return print(VERSION)
  if (verb === 'help')
    return rest[0] === undefined ? printAsIs(overview(pageWidth())) : printHelp(rest[0], [])
  if (asksForHelp(rest)) return printHelp(verb, rest)
  const command = await load(verb)
  const { subject, subjects, flags } = parseArguments(verb, command, rest)
  await command.run({ subject, subjects, flags, interruption, verbs })
}

function load(verb: string) {
  if (Object.hasOwn(verbs, verb)) return verbs[verb]!.load()
  const near = nearest(verb, [...Object.keys(verbs), '--help', '--version'])
  const what = verb.startsWith('-') ? 'flag' : 'verb'
  throw new UserError(
    `unknown ${what} ${verb}${near ? `; did you mean ${near}?` : ''} (see latentlab --help)`,
  )
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  const before = end < 0 ? args : args.slice(0, end)
  return before.includes('--help') || before.includes('-h')
}

async function printHelp(verb: string, args: readonly string[]): Promise<void> {
  const command = await load(verb)
  const model = peek(args, 'model', command.flags)
  const flags = command.helpFlags?.(model) ?? command.flags
  const introduction = command.helpIntroduction?.(model)
  printAsIs(commandHelp(verb, command, flags, introduction, pageWidth()))
}

function logError(error: unknown): void {
  if (error instanceof UserError) log(`latentlab: ${error.commandLine.replace(/\s*\n\s*/g, ' ')}`)
  else logAsIs(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
