import { requireText } from '../tensor/checks.ts'
import { nearest, UserError } from '../tensor/errors.ts'
import { given, worded } from '../tensor/wording.ts'
import { aae } from './aae.ts'
import { ae } from './ae.ts'
import { cae } from './cae.ts'
import { cvae } from './cvae.ts'
import { dae } from './dae.ts'
import { gan } from './gan.ts'
import { linearAe } from './linear-ae.ts'
import type { ModelDefinition } from './model.ts'
import { pca } from './pca.ts'
import { scae } from './scae.ts'
import { stackedAe } from './stacked-ae.ts'
import { stackedDae } from './stacked-dae.ts'
import { vae } from './vae.ts'
import { vaeGan } from './vae-gan.ts'
import { wae } from './wae.ts'

/** All models by name. A new one is a file and a line here. */
export const family = {
  pca,
  'linear-ae': linearAe,
  ae,
  'stacked-ae': stackedAe,
  dae,
  'stacked-dae': stackedDae,
  cae,
  scae,
  vae,
  cvae,
  aae,
  wae,
  gan,
  'vae-gan': vaeGan,
} as const

/** The same with their types erased, for code that works on any of them. */
export const models = Object.values(family) as unknown as readonly ModelDefinition[]

/** The model of that name. */
export function modelNamed(name: string): ModelDefinition {
  requireText(name, 'model', 'the name of a model', UserError)
  const found = models.find((model) => model.name === name)
  if (found) return found
  const known = models.map((model) => model.name)
  const near = nearest(name, known)
  throw new UserError(
    worded`${given('model', name)}: there is no such model${near ? `; did you mean ${near}?` : ''} (known: ${known.join(', ')})`,
  )
}
