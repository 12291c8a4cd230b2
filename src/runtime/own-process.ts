import { UserError } from '../tensor/errors.ts'
import { telemetryOff } from './node-silence.ts'

/** Names the script of a process that this package has started. */
const MARK = 'LATENTLAB_PROCESS'

/**
 * The environment of a process that runs one of this package's scripts.
 *
 * @throws UserError in such a process: its executable has run the user's program again instead of the script, as a
 * program that was compiled into one file does, and each one would start the next
 */
export function environmentFor(script: string, environment = process.env): NodeJS.ProcessEnv {
  if (environment[MARK] === script)
    throw new UserError(
      'latentlab: this program has been compiled into one executable file, which cannot start the process of ONNX Runtime; run it with node, bun or deno instead',
    )
  return { ...environment, ...telemetryOff, [MARK]: script }
}
