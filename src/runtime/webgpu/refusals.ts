import { TooLarge } from '../../graph/wgsl/memory.ts'
import { NoFloat64 } from '../../graph/wgsl/place.ts'
import { UserError } from '../../tensor/errors.ts'
import { given, option, worded } from '../../tensor/wording.ts'

/** A message's first line, without its full stop. */
export const firstLine = (message: string) => message.trim().split('\n')[0]!.replace(/\.$/, '')

/** The error for a machine on which nothing can be computed. */
export const unusable = (reason: string): UserError =>
  new UserError(
    worded`${given('device', 'webgpu')} cannot be used on this machine (${firstLine(reason)}); use ${option('device', 'cpu')}`,
  )

/** The error for a device that is gone: its driver has given it up, or it has been unplugged. */
export const lostDevice = (reason: string): UserError =>
  new UserError(
    worded`the GPU was lost (${firstLine(reason)}); what has been saved is kept: continue from there, or with ${option('device', 'cpu')}`,
  )

/** An error of the compiler as one that the user can mend, where it is one. */
export function asUserError(error: unknown): unknown {
  if (error instanceof NoFloat64)
    return new UserError(worded`${error.message}; use ${option('device', 'cpu')}`)
  if (!(error instanceof TooLarge)) return error
  return new UserError(
    worded`${error.message}; use a smaller ${option('batch')}, model or data set, or ${option('device', 'cpu')}`,
  )
}
