import { flagName } from '../../tensor/wording.ts'
import type { History } from '../../train/history.ts'
import { optionText } from '../option-text.ts'

/** What was changed when a run was resumed: `--lr from 0.001 to 0.0001 after step 18`; a line for each change. */
export function historyText(history: History = []): string[] {
  return history.map(({ stage, step, before, after }) => {
    const values = (of: object) => of as Readonly<Record<string, unknown>>
    const changes = Object.keys(before).map((name) => {
      const [was, is] = [values(before)[name], values(after)[name]].map(
        (value) => optionText(value ?? undefined) || 'none',
      )
      return `${flagName(name)} from ${was} to ${is}`
    })
    const ofStage = stage === 0 ? '' : ` of stage ${stage + 1}`
    return `${changes.join(', ')} after step ${step}${ofStage}`
  })
}
