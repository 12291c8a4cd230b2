import { batch, computed, signal } from '@preact/signals'
import type { DataSummary, ModelFacts, OptionFacts, Proposal } from '../../protocol/api.ts'
import { attempt, session } from '../session.ts'
import { chosenOptions } from './option-value.ts'

/** The members of the family, once they are known. */
export const models = signal<readonly ModelFacts[]>([])

/** The model that will be trained. */
export const chosenModel = signal('')

/** Its options. */
export const options = signal<readonly OptionFacts[]>([])

/** What the data suggests. */
export const proposal = signal<Proposal>({ model: '', options: {} })

/** What fields hold that somebody changed, by the names of options. */
export const edits = signal<Readonly<Record<string, string>>>({})

/** What the session refused, and the option that it is about. */
export const refusal = signal<
  { readonly message: string; readonly option?: string | undefined } | undefined
>(undefined)

/** The proposed options that the chosen model takes. */
export const proposed = computed<Proposal['options']>(() => {
  const { model, options: all } = proposal.value
  if (model === chosenModel.value) return all
  // Another model may not take the same: a linear one has no Bernoulli likelihood.
  const taken = options.value.filter(
    ({ name, choices }) =>
      Object.hasOwn(all, name) && (!choices || choices.includes(String(all[name]))),
  )
  return Object.fromEntries(taken.map(({ name }) => [name, all[name]]))
})

/** The options that a training would be given now. */
export const requested = computed(() => chosenOptions(options.value, proposed.value, edits.value))

export function edit(name: string, value: string): void {
  batch(() => {
    edits.value = { ...edits.value, [name]: value }
    if (refusal.value?.option === name) refusal.value = undefined
  })
}

/** Takes what some data suggests; where it is the same data as before, read in another way, choices stay. */
export async function propose(summary: DataSummary, isSame: boolean): Promise<void> {
  const [first] = models.value
  if (!first) models.value = (await attempt(() => session.models())) ?? []
  proposal.value = summary.proposal
  if (isSame && chosenModel.value) return
  edits.value = {}
  await choose(summary.proposal.model)
}

const known = new Map<string, readonly OptionFacts[]>()

export async function choose(model: string): Promise<void> {
  chosenModel.value = model
  const found = known.get(model) ?? (await attempt(() => session.options(model))) ?? []
  known.set(model, found)
  if (chosenModel.value !== model) return
  batch(() => {
    options.value = found
    refusal.value = undefined
  })
}
