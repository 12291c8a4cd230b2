import { evenly } from '../../evenly.ts'
import { shown, text } from '../../text/text.ts'
import { saveFile } from '../parts/save.ts'
import { attempt, session } from '../session.ts'
import { pinned, selected } from '../state.ts'
import { codeOf, kept } from './map-state.ts'
import './selection-bar.css'

/** How many of a selection are pinned for the inspector. */
const PINNED = 8

const clear = (): void => {
  selected.value = new Int32Array()
}

/** What can be done with the selected points. */
export function SelectionBar() {
  const { selection } = text.value.map
  const { length } = selected.value
  return (
    <div class="selection-bar" role="status" hidden={length === 0}>
      {length > 0 && (
        <>
          <strong class="number">{selection.count(shown.value.whole(length))}</strong>
          <button
            type="button"
            onClick={() => {
              kept.value = selected.value
              clear()
            }}
          >
            {selection.keep}
          </button>
          <button type="button" onClick={pinSome}>
            {selection.inspect}
          </button>
          <button
            type="button"
            onClick={async () => {
              const file = await attempt(() => session.saveTable(selected.value))
              if (file) saveFile(file.file, file.path)
            }}
          >
            {selection.save}
          </button>
          <button type="button" class="plain" onClick={clear}>
            {selection.clear}
          </button>
        </>
      )}
    </div>
  )
}

/** Pins a few of the selection, evenly spread over it. */
function pinSome(): void {
  const { value: places } = selected
  pinned.value = Array.from(evenly(places.length, PINNED), (i) => {
    const place = places[i]!
    return { code: codeOf(place), place }
  })
}
