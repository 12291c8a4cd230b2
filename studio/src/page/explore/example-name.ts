import { shown, text } from '../../text/text.ts'
import { numberAt, points } from '../state.ts'
import { classNameAt, codeAt, pin } from './explore-state.ts'

/** An example of the map as it is called: by its number in the data, and its class. */
export const nameOf = (place: number): string =>
  text.value.explore.inspector.example(shown.value.whole(numberAt(place)), classNameAt(place))

/** Pins an example on the map. */
export function pinPlace(place: number): void {
  if (points.value) pin({ code: codeAt(place), place })
}
