import { useEffect } from 'preact/hooks'
import type { TableCells } from '../../../protocol/api.ts'
import { shown, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { PictureStrip } from '../../parts/picture-strip.tsx'
import { Slider } from '../../parts/slider.tsx'
import { PictureCanvas } from '../../picture-canvas.tsx'
import { session } from '../../session.ts'
import { model, path, type Spot } from '../../state.ts'
import { ColumnLines } from '../column-lines.tsx'
import { fileName, labelNow, pictureShape } from '../explore-state.ts'
import { everyNth } from '../rows.ts'
import { Ends } from './ends.tsx'
import './interpolate.css'
import { blend } from './blend.ts'
import { along, at, ends, goTo, SHOWN_EVERY, STEPS } from './interpolation.ts'
import { PlayButton } from './play-button.tsx'

interface Interpolated {
  /** `[STEPS, D]` each. */
  readonly latent: Float32Array
  readonly pixels: Float32Array
  /** Of a table: the same as rows. */
  readonly rows?: { readonly latent: readonly TableCells[]; readonly pixels: readonly TableCells[] }
}

/** From one example to another: through the latent space, and value by value. */
export function Interpolate() {
  const texts = text.value.explore.interpolate
  const found = useAsked(() => {
    const { from, to } = ends.value ?? {}
    const kind = along.value
    const label = labelNow()
    return from && to && (() => interpolated(from, to, kind, label))
  })
  useEffect(
    () => () => {
      path.value = undefined
    },
    [],
  )
  if (!ends.value) return <p class="quiet">{texts.empty}</p>
  return (
    <div class="explore-panel">
      <Ends />
      <div class="interpolate-player">
        <PlayButton />
        <Slider
          label={texts.position}
          low={0}
          high={1}
          step={1 / (STEPS - 1)}
          value={at.value}
          shown={shown.value.percent(at.value)}
          onInput={goTo}
        />
      </div>
      {found.value && <Shown {...found.value} />}
    </div>
  )
}

async function interpolated(
  from: Spot,
  to: Spot,
  kind: 'line' | 'sphere',
  label: number | undefined,
): Promise<Interpolated> {
  const codes = await session.path(from.code, to.code, STEPS, kind)
  path.value = { codes, at: at.value }
  const latent = await session.decode(codes, label)
  const [first, last] = await Promise.all([from, to].map((end) => valuesAt(end, label)))
  const pixels = blend(first!, last!, STEPS)
  if (pictureShape.value) return { latent, pixels }
  const rows = { latent: await session.rows(latent), pixels: await session.rows(pixels) }
  return { latent, pixels, rows }
}

/** The example at a place, or what is decoded there. */
const valuesAt = ({ place, code }: Spot, label: number | undefined): Promise<Float32Array> =>
  place === undefined ? session.decode(code, label) : session.examples(Int32Array.of(place))

function Shown({ latent, pixels, rows }: Interpolated) {
  const texts = text.value.explore.interpolate
  const shape = pictureShape.value
  const { dimension } = model.value!
  if (!shape) return rows ? <Rows {...rows} /> : null
  const step = Math.round(at.value * (STEPS - 1))
  return (
    <>
      <div class="interpolate-pair small quiet">
        {[
          { values: latent, title: texts.latent },
          { values: pixels, title: texts.pixels },
        ].map(({ values, title }) => (
          <figure key={title}>
            <PictureCanvas values={values} shape={shape} at={step} label={title} />
            <figcaption>{title}</figcaption>
          </figure>
        ))}
      </div>
      {[
        { values: latent, title: texts.latentStrip, name: 'latent path' },
        { values: pixels, title: texts.pixelStrip, name: 'pixel blend' },
      ].map(({ values, title, name }) => (
        <PictureStrip
          key={name}
          title={title}
          values={everyNth(values, dimension, SHOWN_EVERY)}
          shape={shape}
          name={fileName(name)}
        />
      ))}
    </>
  )
}

/** Of a table: every column along the path, and mixed value by value as a dashed line. */
function Rows({ latent, pixels }: NonNullable<Interpolated['rows']>) {
  return (
    <>
      <p class="small quiet">{text.value.explore.interpolate.dashed}</p>
      <ColumnLines rows={latent} beside={pixels} at={at.value} name="interpolation" />
    </>
  )
}
