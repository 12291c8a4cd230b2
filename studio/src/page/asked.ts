import { type ReadonlySignal, untracked, useSignal, useSignalEffect } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { latest } from './latest.ts'
import { attempt } from './session.ts'
import { parameters } from './state.ts'

/**
 * What the session answers to a question that depends on signals. `question` reads them and returns what to do, or undefined
 * where there is nothing to ask. It is asked again when they change, and when `anew` does: by default with every change of the
 * model's parameters. Only the latest question counts, and one is under way at a time; until its answer is there, the one
 * before stays.
 */
export function useAsked<T>(
  question: () => (() => Promise<T>) | undefined,
  anew: ReadonlySignal<unknown> = parameters,
): ReadonlySignal<T | undefined> {
  const answer = useSignal<T | undefined>(undefined)
  const ask = useMemo(
    () =>
      latest(async (work: (() => Promise<T>) | undefined) => {
        const found = work && (await attempt(work))
        if (found !== undefined || !work) answer.value = found
      }),
    [answer],
  )
  useSignalEffect(() => {
    void anew.value
    const work = question()
    untracked(() => void ask(work))
  })
  return answer
}
