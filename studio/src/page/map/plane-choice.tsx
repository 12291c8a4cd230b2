import { text } from '../../text/text.ts'
import { axes, points } from '../state.ts'
import { isViewChosen, latentOf, type Plane, plane } from './map-state.ts'

const planes: readonly Plane[] = ['axes', 'pca', 'umap']

/** Which two dimensions the map shows, or which projection of all. */
export function PlaneChoice() {
  const { tools, planeNames } = text.value.map
  if (latentOf.value < 3) return null
  return (
    <span class="map-axes">
      {points.value && (
        <select
          aria-label={tools.plane}
          value={plane.value}
          onChange={({ currentTarget }) => {
            isViewChosen.value = false
            plane.value = planes.find((name) => name === currentTarget.value) ?? 'axes'
          }}
        >
          {planes.map((name) => (
            <option key={name} value={name}>
              {planeNames[name]}
            </option>
          ))}
        </select>
      )}
      {plane.value === 'axes' && <AxisChoice place={0} name={tools.across} />}
      {plane.value === 'axes' && <AxisChoice place={1} name={tools.up} />}
    </span>
  )
}

/** A dimension for one of the axes; the other takes this one's where both would be the same. */
function AxisChoice({ place, name }: { readonly place: 0 | 1; readonly name: string }) {
  const chosen = axes.value[place]
  const choose = (dimension: number) => {
    const other = axes.value[1 - place]!
    const moved = dimension === other ? chosen : other
    isViewChosen.value = false
    axes.value = place === 0 ? [dimension, moved] : [moved, dimension]
  }
  return (
    <select
      aria-label={name}
      value={`${chosen}`}
      onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
    >
      {Array.from({ length: latentOf.value }, (_, dimension) => (
        <option key={`z${dimension + 1}`} value={`${dimension}`}>
          z{dimension + 1}
        </option>
      ))}
    </select>
  )
}
