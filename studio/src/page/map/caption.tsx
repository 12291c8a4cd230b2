import { shown, text } from '../../text/text.ts'
import { axes, model, points } from '../state.ts'
import { shownCount } from './colouring.ts'
import { lack, lackOfPoints } from './lack.ts'
import { project } from './map-following.ts'
import { encoding, isLine, kept, latentOf, plane, projecting, projection } from './map-state.ts'
import { scene } from './stage.tsx'

/** What the map shows and what it cannot show, in a line or two. */
export function MapCaption() {
  const { caption } = text.value.map
  if (lack.value || !model.value) return null
  return (
    <p class="map-caption small quiet">
      <Count />
      {projecting.value === undefined ? (
        <PlaneNote />
      ) : (
        <>
          {caption.projecting} <progress value={projecting.value} />{' '}
          <span class="number">{shown.value.percent(projecting.value)}</span>
        </>
      )}
      {points.value && scene.value?.renderer === 'plain' && ` ${text.value.map.plainPoints}`}
    </p>
  )
}

function Count() {
  const { caption } = text.value.map
  const lacking = lackOfPoints.value
  if (lacking) return <>{caption.noPoints[lacking]} </>
  if (!points.value)
    return (
      <>
        {caption.encoding} <progress value={encoding.value} />{' '}
      </>
    )
  const { count } = points.value
  return (
    <>
      {caption.count(shown.value.whole(shownCount.value), shown.value.whole(count))}{' '}
      {kept.value && (
        <button
          type="button"
          class="plain map-all"
          onClick={() => {
            kept.value = undefined
          }}
        >
          {caption.showAll}
        </button>
      )}
    </>
  )
}

function PlaneNote() {
  const { caption } = text.value.map
  if (isLine.value) return <>{caption.line}</>
  if (plane.value === 'axes') {
    if (latentOf.value < 3) return null
    const [across, up] = axes.value
    return <>{caption.axes(across + 1, up + 1, latentOf.value)}</>
  }
  const found = projection.value
  if (!found || found.kind !== plane.value || !points.value) return null
  if (found.kind === 'pca')
    return <>{caption.pca((found.found.explained ?? []).map(shown.value.percent))}</>
  return (
    <>
      {caption.umap(shown.value.whole(found.found.places.length))}{' '}
      {found.of !== points.value && (
        <button
          type="button"
          class="plain map-all"
          onClick={() => void project('umap', points.value!)}
        >
          {caption.again}
        </button>
      )}
    </>
  )
}
