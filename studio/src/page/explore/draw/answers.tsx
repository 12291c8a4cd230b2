import type { ReadonlySignal } from '@preact/signals'
import type { ScoredExamples } from '../../../protocol/api.ts'
import { shown, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { HeatMap } from '../../parts/heat-map.tsx'
import { PictureCanvas } from '../../picture-canvas.tsx'
import { session } from '../../session.ts'
import { model, pointed, points } from '../../state.ts'
import { cellText } from '../cells.ts'
import { labelNow, pictureShape } from '../explore-state.ts'
import { drawn } from './drawing.ts'
import { pinDrawing } from './drawn-pin.ts'
import { nearestPlaces, tally } from './neighbours.ts'

export type ScoredDrawing = ScoredExamples & { readonly values: Float32Array }

/** The label that the drawing is taken to have, for models whose networks see labels. */
function drawnLabels(): Int32Array | undefined {
  const label = labelNow()
  return label === undefined ? undefined : Int32Array.of(label)
}

/** The score of what is drawn, once it is there. */
export function useScore(): ReadonlySignal<ScoredDrawing | undefined> {
  return useAsked(() => {
    const values = drawn.value
    const labels = drawnLabels()
    return values && model.value?.can.score
      ? async () => ({ values, ...(await session.score(values, labels)) })
      : undefined
  })
}

interface AnswersProps {
  readonly scored: ScoredDrawing | undefined
}

/** How many examples are asked for their labels. */
const NEIGHBOURS = 10

/** The drawing as the model gets it, and what it makes of it. Each picture comes when it is there; slow scores hold up none. */
export function AnswerPictures({ scored }: AnswersProps) {
  const texts = text.value.explore.draw
  const restored = useAsked(() => {
    const values = drawn.value
    const labels = drawnLabels()
    return values && (() => session.reconstruct(values, labels))
  })
  const shape = pictureShape.value!
  return (
    <div class="draw-answers small quiet">
      <figure>
        <PictureCanvas values={drawn.value!} shape={shape} label={texts.prepared} />
        <figcaption>{texts.prepared}</figcaption>
      </figure>
      {restored.value && (
        <figure>
          <PictureCanvas values={restored.value} shape={shape} label={restoredTitle()} />
          <figcaption>{restoredTitle()}</figcaption>
        </figure>
      )}
      {scored && (
        <figure>
          <HeatMap values={scored.values} shares={scored.shares} shape={shape} label={texts.heat} />
          <figcaption>{texts.heat}</figcaption>
        </figure>
      )}
    </div>
  )
}

/** The score of the drawing, and the labels of examples like it. */
export function AnswerFigures({ scored }: AnswersProps) {
  const texts = text.value.explore.draw
  const placed = useAsked(() => {
    const values = drawn.value
    const label = labelNow()
    return values && (() => placedOf(values, label))
  })
  const [score, limit] = [scored?.scores[0] ?? Number.NaN, scored?.threshold ?? 0]
  return (
    <>
      {Number.isFinite(score) && (
        <p class={score > limit ? 'draw-odd number' : 'number'}>
          {texts.score(cellText(score), scored!.unit)}{' '}
          {(score > limit ? texts.above : texts.below)(cellText(limit))}
        </p>
      )}
      {placed.value && placed.value.length > 0 && <Labels indices={placed.value} />}
    </>
  )
}

const restoredTitle = (): string => {
  const { denoised, reconstruction } = text.value.explore.draw
  return model.value!.can.denoise ? denoised : reconstruction
}

/** Puts the drawing on the map; resolves with the classes of the examples nearest to it. */
async function placedOf(values: Float32Array, label: number | undefined): Promise<number[]> {
  const code = await session.encode(values, label)
  const found = points.value
  const places = found ? nearestPlaces(found.codes, code, NEIGHBOURS) : []
  pointed.value = places.length > 0 ? { code, place: places[0]! } : { code }
  pinDrawing({ code, name: text.value.explore.draw.spot })
  return found?.classes.length ? places.map((place) => found.classes[place]!) : []
}

/** Of the nearest examples, how many there are of each class. */
function Labels({ indices }: { readonly indices: readonly number[] }) {
  const texts = text.value.explore.draw
  return (
    <div>
      <h3>{texts.nearest(indices.length)}</h3>
      <ul class="draw-labels number">
        {tally(indices).map(({ value, count }) => (
          <li key={value}>
            <span class="draw-label">{model.value?.classes?.[value]?.name}</span>
            <span class="draw-bar" style={{ width: `${(70 * count) / indices.length}%` }} />
            {shown.value.whole(count)}
          </li>
        ))}
      </ul>
    </div>
  )
}
