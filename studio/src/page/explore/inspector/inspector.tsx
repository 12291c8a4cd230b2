import { shown as numbers, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { savePng } from '../../parts/save.ts'
import { PictureCanvas } from '../../picture-canvas.tsx'
import { gridPixels } from '../../pixels.ts'
import { session } from '../../session.ts'
import { pointed } from '../../state.ts'
import { nameOf } from '../example-name.ts'
import { fileName, inspected, labelNow, labelsOf, latents, pictureShape } from '../explore-state.ts'
import { DecodedRow } from './decoded-row.tsx'
import './inspector.css'
import { LabelChoice } from './label-choice.tsx'

/** What is under the pointer: the place decoded, and the example there beside what the model makes of it. */
export function Inspector() {
  const texts = text.value.explore.inspector
  const decoded = useAsked(() => {
    const spot = inspected.value
    const label = labelNow()
    return spot && (() => session.decode(spot.code, label))
  })
  const example = useAsked(() => {
    const place = inspected.value?.place
    return place === undefined ? undefined : () => exampleAt(place)
  })
  const shape = pictureShape.value
  const values = decoded.value
  return (
    <section class="inspector" aria-label={texts.title}>
      <div class="inspector-head">
        {shape && (
          <div class="inspector-picture">
            {values && (
              <PictureCanvas values={values} shape={shape} size={168} label={texts.decoded} />
            )}
          </div>
        )}
        <div class="inspector-aside">
          <h3>{pointed.value ? texts.here : texts.mean}</h3>
          <Coordinates />
          {shape && example.value && <NearestExample {...example.value} />}
          {shape && values && (
            <button
              type="button"
              class="plain inspector-save"
              onClick={() =>
                savePng(gridPixels(values, shape, { columns: 1, gap: 0 }), fileName('decoded'))
              }
            >
              {text.value.explore.saveAs.short('PNG')}
            </button>
          )}
        </div>
      </div>
      {!shape && <DecodedRow decoded={decoded} example={example} />}
      <LabelChoice />
      {/* Also while something is pointed at, or what is below would move with the pointer. */}
      <p class="small quiet">{texts.hint}</p>
    </section>
  )
}

export interface InspectedExample {
  readonly place: number
  /** `[D]` each. */
  readonly own: Float32Array
  readonly reconstruction: Float32Array
}

async function exampleAt(place: number): Promise<InspectedExample> {
  const own = await session.examples(Int32Array.of(place))
  const reconstruction = await session.reconstruct(own, labelsOf([place]))
  return { place, own, reconstruction }
}

function NearestExample({ place, own, reconstruction }: InspectedExample) {
  const texts = text.value.explore.inspector
  const shape = pictureShape.value!
  return (
    <div class="inspector-example">
      <p class="number">{nameOf(place)}</p>
      <div class="inspector-pair small quiet">
        <figure>
          <PictureCanvas values={own} shape={shape} label={texts.given} />
          <figcaption>{texts.given}</figcaption>
        </figure>
        <figure>
          <PictureCanvas values={reconstruction} shape={shape} label={texts.reconstruction} />
          <figcaption>{texts.reconstruction}</figcaption>
        </figure>
      </div>
    </div>
  )
}

/** As many coordinates as find room: those of the most informative dimensions. */
const MOST_COORDINATES = 4

function Coordinates() {
  const code = inspected.value?.code
  if (!code) return null
  const order = [...(latents.value?.order ?? code.keys())]
    .slice(0, MOST_COORDINATES)
    .sort((a, b) => a - b)
  const rest = code.length - order.length
  return (
    <dl class="inspector-code number">
      {order.map((dimension) => (
        <div key={dimension}>
          <dt>z{dimension + 1}</dt>
          <dd>{numbers.value.two(code[dimension]!)}</dd>
        </div>
      ))}
      {rest > 0 && (
        <div class="inspector-more quiet small">{text.value.explore.inspector.more(rest)}</div>
      )}
    </dl>
  )
}
