import { spawnSync } from 'node:child_process'
import { programFile } from './installed-package.ts'
import { unusable } from './onnx.ts'
import { environmentFor } from './own-process.ts'
import type { Device } from './session.ts'

const known = new Map<Device, string>()

/**
 * Tries the device once, in a separate process: drivers write long warnings to the standard error of the
 * process that loads them, and a broken one may end it.
 *
 * @throws UserError where the device cannot be used
 */
export function requireAdapter(device: Device): void {
  if (device === 'cpu') return
  const refusal = known.get(device) ?? probe(device)
  known.set(device, refusal)
  if (refusal !== '') throw unusable(device, refusal)
}

/** Why the device cannot be used; empty where it can. */
function probe(device: Device): string {
  const script = programFile('runtime/node-probe.js')
  const { status, signal, stdout } = spawnSync(process.execPath, [script, device], {
    encoding: 'utf8',
    env: environmentFor('node-probe'),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (status === 0) return ''
  return stdout.trim() || `its driver ended the process with ${signal ?? `exit code ${status}`}`
}
