import { text } from '../../../text/text.ts'
import { Figure } from '../../parts/figure.tsx'
import { HeatMap } from '../../parts/heat-map.tsx'
import { cellText } from '../cells.ts'
import { nameOf, pinPlace } from '../example-name.ts'
import { pictureShape } from '../explore-state.ts'
import type { ScoredExample } from './scoring.ts'

interface OddPicturesProps {
  readonly highest: readonly ScoredExample[]
  readonly threshold: number | undefined
  readonly unit: string
}

/** Pictures with the highest scores, with what makes them odd. */
export function OddPictures({ highest, threshold, unit }: OddPicturesProps) {
  const texts = text.value.explore.anomalies
  const shape = pictureShape.value!
  return (
    <Figure title={texts.highest(unit)} note={texts.heat}>
      <ol class="odd-pictures">
        {highest.map(({ place, score, values, shares }) => (
          <li key={place}>
            <button type="button" class="plain odd-picture" onClick={() => pinPlace(place)}>
              <HeatMap values={values} shares={shares} shape={shape} label={nameOf(place)} />
              <span
                class={threshold !== undefined && score > threshold ? 'odd-alarm number' : 'number'}
              >
                {cellText(score)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Figure>
  )
}
