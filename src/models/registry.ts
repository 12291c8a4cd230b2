import { nearest, UserError } from '../tensor/errors.ts'
import { ae } from './ae.ts'
import type { ModelDefinition } from './model.ts'
import { vae } from './vae.ts'

/** Every member of the family. A new one is a file and a line here. */
export const models: readonly ModelDefinition[] = [ae, vae].map(
  (model) => model as unknown as ModelDefinition,
)

/** The model of that name. */
export function modelNamed(name: string): ModelDefinition {
  const found = models.find((model) => model.name === name)
  if (found) return found
  const known = models.map((model) => model.name)
  const near = nearest(name, known)
  throw new UserError(
    `--model ${name}: there is no such model${near ? `; did you mean ${near}?` : ''} (known: ${known.join(', ')})`,
  )
}
