import type { z } from 'zod'
import { UserError } from '../tensor/errors.ts'
import { checked } from '../tensor/faults.ts'
import { strictJson } from '../tensor/strict-json.ts'

/**
 * Reads a JSON file of a package.
 *
 * @param file its name, for messages
 * @throws UserError on one line that begins with the file, and names the field
 */
export function parsedJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, file: string): T {
  const { value, fault } = strictJson(bytes)
  if (fault !== undefined) throw new UserError(`${file}: ${fault}`)
  const { data, fault: wrong } = checked(schema, value)
  if (!wrong) return data
  const field = wrong.path.length > 0 ? `${wrong.path.join('.')}: ` : ''
  throw new UserError(`${file}: ${field}${wrong.text}`)
}
