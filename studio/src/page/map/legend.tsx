import { classColour, numberColour } from '../../design/colours.ts'
import { shown, text } from '../../text/text.ts'
import { model } from '../state.ts'
import { fieldLegend } from './cell-painters.ts'
import { classCounts, numberRange, pointColours, toggleClass } from './colouring.ts'
import './legend.css'
import { colourBy, fieldColumn, hiddenClasses, plane, shown as shownLayers } from './map-state.ts'
import { scaleText } from './scale-text.ts'

/** What the colours mean: classes that can be switched off, or the scale of numbers. */
export function Legend() {
  return (
    <>
      <PointLegend />
      {shownLayers.value !== 'points' && plane.value === 'axes' && <FieldLegendBar />}
    </>
  )
}

function PointLegend() {
  const colours = pointColours.value
  if (!colours) return null
  const by = colourBy.value!
  const title = by.by === 'column' ? by.column : text.value.map.colourNames[by.by]
  if (colours.kind === 'classes') return <ClassLegend title={title} names={colours.names} />
  const range = numberRange.value!
  const column = by.by === 'column' ? by.column : undefined
  return <Scale title={title} unit={colours.unit} column={column} {...range} />
}

function ClassLegend(given: { readonly title: string; readonly names: readonly string[] }) {
  const counts = classCounts.value!
  return (
    <fieldset class="legend-classes">
      <legend class="hidden-label">{given.title}</legend>
      {given.names.map((name, place) => (
        <button
          key={name}
          type="button"
          class="legend-class"
          aria-pressed={!hiddenClasses.value.has(place)}
          title={text.value.map.toggleClass(name)}
          onClick={() => toggleClass(place)}
        >
          <span class="legend-dot" style={{ '--colour': classColour(place) }} />
          <span class="legend-name">{name}</span>
          <span class="quiet number">{shown.value.whole(counts[place] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  )
}

function FieldLegendBar() {
  const legend = fieldLegend.value
  const title = model.value?.columns?.[fieldColumn.value]
  if (!legend || title === undefined) return null
  const named = text.value.map.fieldTitle(title)
  if (legend.kind === 'numbers')
    return <Scale title={named} unit="" column={title} low={legend.low} high={legend.high} />
  return (
    <ul class="legend-classes" aria-label={named}>
      {legend.names.map((name, place) => (
        <li key={name} class="legend-class">
          <span class="legend-square" style={{ '--colour': classColour(place) }} />
          {name}
        </li>
      ))}
    </ul>
  )
}

interface ScaleFacts {
  readonly title: string
  readonly unit: string
  /** Whose numbers these are, if a column's. */
  readonly column: string | undefined
  readonly low: number
  readonly high: number
  readonly below?: boolean
  readonly above?: boolean
}

const STEPS = 24

function Scale({ title, unit, column, low, high, below, above }: ScaleFacts) {
  const format = scaleText({ low, high }, column)
  return (
    <p class="legend-scale small">
      <span class="quiet">
        {title}
        {unit && ` (${unit})`}
      </span>
      <span class="number">
        {below && '≤ '}
        {format(low)}
      </span>
      <span class="legend-bar" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, step) => numberColour(step / (STEPS - 1))).map(
          (colour) => (
            <i key={colour} style={{ '--colour': colour }} />
          ),
        )}
      </span>
      <span class="number">
        {above && '≥ '}
        {format(high)}
      </span>
    </p>
  )
}
