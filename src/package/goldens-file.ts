import type { Arrays } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { strictJson } from '../tensor/strict-json.ts'
import type { Goldens } from './goldens.ts'
import { type GraphName, graphNames } from './graphs-of.ts'

const ROWS = 'rows'

/** A list of rows, whose values are numbers and texts. */
const DEEPEST_ROWS = 2

/** The arrays of `goldens.safetensors`. */
export function goldenTensors({ rows, graphs }: Goldens): Map<string, HostTensor> {
  const tensors = new Map<string, HostTensor>()
  if (rows) {
    const text = new TextEncoder().encode(JSON.stringify(rows))
    tensors.set(ROWS, hostTensor('uint8', [text.length], text))
  }
  for (const [name, golden] of Object.entries(graphs))
    for (const part of ['inputs', 'outputs'] as const)
      for (const [port, array] of Object.entries(golden[part]))
        tensors.set(`${name}/${part}/${port}`, array)
  return tensors
}

/**
 * Reads them.
 *
 * @throws UserError where they are not goldens
 */
export function goldensIn(tensors: ReadonlyMap<string, HostTensor>, file: string): Goldens {
  const graphs: Partial<Record<GraphName, { inputs: Arrays; outputs: Arrays }>> = {}
  for (const name of graphNames) {
    const part = (prefix: string): Arrays =>
      Object.fromEntries(
        [...tensors].flatMap(([key, array]) =>
          key.startsWith(prefix) ? [[key.slice(prefix.length), array]] : [],
        ),
      )
    const [inputs, outputs] = [part(`${name}/inputs/`), part(`${name}/outputs/`)]
    if (Object.keys(outputs).length > 0) graphs[name] = { inputs, outputs }
  }
  const text = tensors.get(ROWS)
  if (!text) return { graphs }
  const { value, fault } = strictJson(text.data as Uint8Array, DEEPEST_ROWS, true)
  const isList = Array.isArray(value) && value.every((row) => typeof row === 'object' && row)
  if (fault !== undefined || !isList)
    throw new UserError(`${file}: ${ROWS} is no list of rows; the package is damaged`)
  return { rows: value as object[], graphs }
}
