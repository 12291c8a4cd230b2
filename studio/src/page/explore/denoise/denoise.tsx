import { shown, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { Choice } from '../../parts/choice.tsx'
import { PictureStrip } from '../../parts/picture-strip.tsx'
import { Slider } from '../../parts/slider.tsx'
import { session } from '../../session.ts'
import { model, selected } from '../../state.ts'
import { fewExamples } from '../chosen-examples.ts'
import { fileName, labelsOf, pictureShape } from '../explore-state.ts'
import { SeedStepper } from '../seed-stepper.tsx'
import {
  corrupted,
  corruptions,
  type PictureCorruption,
  rowCorruptions,
  squaredErrors,
} from './corrupted.ts'
import { pictureCorruption, rowCorruption, seed, strengths } from './corruption-choice.ts'
import { RestoredRow } from './restored-row.tsx'

const places = fewExamples(6)

/** Examples, what is left of them by a corruption, and what the model makes of that. */
export function Denoise() {
  const texts = text.value.explore.denoise
  const isPictures = pictureShape.value !== undefined
  const kind = isPictures ? pictureCorruption.value : rowCorruption.value
  const strength = strengths.value[kind]
  const words = { label: texts.corruption, texts: texts.kinds }
  return (
    <div class="explore-panel">
      {isPictures ? (
        <Choice
          {...words}
          chosen={pictureCorruption}
          names={corruptions}
          meanings={texts.meaning}
        />
      ) : (
        <Choice
          {...words}
          chosen={rowCorruption}
          names={rowCorruptions}
          meanings={texts.meaningOfRows}
        />
      )}
      <Slider
        label={texts.strength[kind]}
        low={0.02}
        high={kind === 'gaussian' ? 1 : 0.98}
        step={0.02}
        value={strength}
        shown={shown.value.two(strength)}
        onInput={(value) => {
          strengths.value = { ...strengths.value, [kind]: value }
        }}
      />
      <SeedStepper seed={seed} label={texts.draw} />
      {isPictures ? (
        <>
          <p class="small quiet">
            {selected.value.length > 0 ? texts.ofSelected : texts.ofAll}
            {!model.value!.can.denoise && ` ${texts.notTrained}`}
          </p>
          <Restored />
        </>
      ) : (
        <RestoredRow />
      )}
    </div>
  )
}

function Restored() {
  const texts = text.value.explore.denoise
  const found = useAsked(() => {
    const chosen = places.value
    const by = pictureCorruption.value
    const [strength, draw] = [strengths.value[by], seed.value]
    const labels = labelsOf(chosen)
    if (chosen.length === 0) return undefined
    return async () => {
      const clean = await session.examples(chosen)
      const noisy = await corruptedBy(clean, by, strength, draw)
      return { clean, noisy, restored: await session.reconstruct(noisy, labels) }
    }
  })
  const shape = pictureShape.value
  if (!shape || !found.value) return null
  const { clean, noisy, restored } = found.value
  const errors = (values: Float32Array) =>
    squaredErrors(values, clean, model.value!.dimension).map(shown.value.three)
  return (
    <>
      <PictureStrip
        title={texts.rows.clean}
        values={clean}
        shape={shape}
        name={fileName('input')}
      />
      <PictureStrip
        title={texts.rows.noisy}
        values={noisy}
        shape={shape}
        captions={errors(noisy)}
        name={fileName('corrupted')}
      />
      <PictureStrip
        title={texts.rows.restored}
        values={restored}
        shape={shape}
        captions={errors(restored)}
        name={fileName('restored')}
      />
      <p class="small quiet">{texts.error}</p>
    </>
  )
}

/** Models that are trained to undo corruptions know how; for others it is done here. */
async function corruptedBy(
  values: Float32Array,
  by: PictureCorruption,
  strength: number,
  draw: number,
): Promise<Float32Array> {
  if (model.value!.can.denoise) return session.corrupt(values, `${by}:${strength}`, draw)
  const { stream } = await import('latentlab/graph')
  return corrupted(values, by, strength, stream(draw, 'studio/corruption'))
}
