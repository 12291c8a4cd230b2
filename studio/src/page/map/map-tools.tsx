import { text } from '../../text/text.ts'
import { model, points } from '../state.ts'
import { ColourChoice, FieldChoice } from './colour-choice.tsx'
import { lack } from './lack.ts'
import { type Shown, shown, showsThumbnails, tool } from './map-state.ts'
import './map-tools.css'
import { PlaneChoice } from './plane-choice.tsx'
import { saveMap } from './save-map.ts'

/** What one can do with the map, above it. */
export function MapTools() {
  const { tools } = text.value.map
  if (lack.value || !model.value) return <div class="map-tools" />
  const { picture, can, columns } = model.value
  const hasManifold = can.decode && (picture !== undefined || columns !== undefined)
  return (
    <div class="map-tools" role="toolbar" aria-label={tools.name}>
      {points.value && <ColourChoice />}
      <PlaneChoice />
      {hasManifold && points.value && <ShownChoice />}
      {columns && can.decode && shown.value !== 'points' && <FieldChoice />}
      {picture && points.value && (
        <button
          type="button"
          aria-pressed={showsThumbnails.value}
          title={tools.thumbnailsHint}
          onClick={() => {
            showsThumbnails.value = !showsThumbnails.value
          }}
        >
          {tools.thumbnails}
        </button>
      )}
      {points.value && (
        <button
          type="button"
          aria-pressed={tool.value === 'lasso'}
          title={tools.lassoHint}
          onClick={() => {
            tool.value = tool.value === 'lasso' ? 'pan' : 'lasso'
          }}
        >
          {tools.lasso}
        </button>
      )}
      <button type="button" onClick={() => void saveMap()}>
        {tools.save}
      </button>
    </div>
  )
}

const ways: readonly Shown[] = ['points', 'manifold', 'both']

function ShownChoice() {
  const { tools } = text.value.map
  return (
    <fieldset class="map-shown">
      <legend class="hidden-label">{tools.shown}</legend>
      {ways.map((way) => (
        <button
          key={way}
          type="button"
          aria-pressed={shown.value === way}
          onClick={() => {
            shown.value = way
          }}
        >
          {tools.shownNames[way]}
        </button>
      ))}
    </fieldset>
  )
}
