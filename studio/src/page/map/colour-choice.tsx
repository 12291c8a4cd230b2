import type { ColourBy } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { model, points } from '../state.ts'
import { chooseColours, waysToColour } from './colouring.ts'
import { colourBy, fieldColumn } from './map-state.ts'

/** What the points are coloured by. */
export function ColourChoice() {
  const { tools, colourNames } = text.value.map
  const ways = waysToColour(model.value!, points.value!)
  const nameOf = (way: ColourBy) => (way.by === 'column' ? way.column : colourNames[way.by])
  const isChosen = (way: ColourBy) =>
    way.by === colourBy.value?.by &&
    (way.by !== 'column' ||
      (colourBy.value.by === 'column' && colourBy.value.column === way.column))
  return (
    <label>
      <span class="small quiet">{tools.colour}</span>
      <select
        value={`${ways.findIndex(isChosen)}`}
        onChange={({ currentTarget }) => chooseColours(ways[Number(currentTarget.value)])}
      >
        <option value="-1">{colourNames.none}</option>
        {ways.map((way, i) => (
          <option key={nameOf(way)} value={`${i}`}>
            {nameOf(way)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The column whose decoded value lies under the points of a table. */
export function FieldChoice() {
  const { tools } = text.value.map
  return (
    <label>
      <span class="small quiet">{tools.field}</span>
      <select
        value={`${fieldColumn.value}`}
        onChange={({ currentTarget }) => {
          fieldColumn.value = Number(currentTarget.value)
        }}
      >
        {model.value!.columns!.map((column, i) => (
          <option key={column} value={`${i}`}>
            {column}
          </option>
        ))}
      </select>
    </label>
  )
}
