import { requireImputer } from '../../answers/imputation/model-imputer.ts'
import { UserError } from '../../tensor/errors.ts'
import { canSample } from '../../train/capabilities.ts'
import type { ServableModel, ServedModel } from '../served-model.ts'
import type { MethodName } from './schemas.ts'

/** The methods that a model has: they follow from its parts. */
export function abilitiesOf({
  model: served,
  scores,
}: Pick<ServedModel, 'model' | 'scores'>): MethodName[] {
  const { model } = served
  const hasCode = model.posterior !== undefined && model.likelihood !== undefined
  const has: Readonly<Record<MethodName, boolean>> = {
    score: scores.length > 0,
    encode: model.posterior !== undefined,
    decode: model.likelihood !== undefined,
    reconstruct: hasCode || model.restore !== undefined,
    sample: canSample(model),
    impute: canImpute(served),
  }
  return (Object.keys(has) as MethodName[]).filter((name) => has[name])
}

function canImpute({ model }: ServableModel): boolean {
  try {
    requireImputer(model)
    return true
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}
