import { text } from '../../text/text.ts'

export function TrainPart() {
  return <h2 class="hidden-label">{text.value.frame.parts.train}</h2>
}
