import { computed } from '@preact/signals'
import { sessionFacts } from '../session.ts'
import { model } from '../state.ts'

/** Why there is nothing to show; undefined where there is something. */
export const lack = computed(() => {
  const facts = model.value
  if (!facts) return sessionFacts.value ? ('model' as const) : ('start' as const)
  if (facts.latent === 0) return 'code' as const
  if (facts.can.decode && (facts.picture || facts.columns)) return undefined
  if (!facts.can.encode) return 'networks' as const
  return facts.examples === 0 ? ('examples' as const) : undefined
})

/** Why there are no points, though there may be a manifold. */
export const lackOfPoints = computed(() => {
  const facts = model.value
  if (!facts || lack.value) return undefined
  if (!facts.can.encode) return 'encoder' as const
  return facts.examples === 0 ? ('data' as const) : undefined
})
