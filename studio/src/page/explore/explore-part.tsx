import { text } from '../../text/text.ts'

export function ExplorePart() {
  return <h2 class="hidden-label">{text.value.frame.parts.explore}</h2>
}
