import { text } from '../../text/text.ts'
import { points } from '../state.ts'

export function MapPart() {
  return (
    <h2>
      {text.value.frame.parts.map} {points.value?.count} {points.value?.codes[0]}
    </h2>
  )
}
