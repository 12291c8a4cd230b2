import { fitted, type Size } from '../../../data/pictures/fit.ts'
import { heatMap } from '../../../report/heat-map.ts'
import type { Figure, Section } from '../../../report/html.ts'
import type { Picture } from '../../../report/picture.ts'
import { encodePng, imageGrid, placeBeside } from '../../../report/pixels.ts'
import { shortened } from '../../../tensor/described.ts'
import { type Floats, hostTensor } from '../../../tensor/host.ts'
import { grouped } from '../../../tensor/numbers.ts'
import { scoreText } from '../score-sentences.ts'
import type { OddExample } from '../scored-parts.ts'
import { alarmText, measure, shownText } from './rows-section.ts'
import { type ScorePageSource, SHOWN } from './source.ts'

/** The longest side of a picture in pixels, and about how long it is shown. */
const [LARGEST, SIDE] = [160, 84]

/** Bytes of all pictures. */
const MOST_BYTES = 1_500_000

/** Pixels between the three pictures, as stored. */
const GAP = 2

/** The pictures of the highest scores, each beside its reconstruction and a map of what adds to its score. */
export async function picturesSection(source: ScorePageSource): Promise<Section> {
  const { trained, worst, material, score } = source
  const { exampleShape } = trained.model.info
  const candidates = worst.slice(0, SHOWN)
  const restored = await reconstructions(source, candidates)
  const typical = material.typical[score]!
  const figures: Figure[] = []
  let bytes = 0
  for (const [i, example] of candidates.entries()) {
    const shown = placeBeside(
      [
        pictureOf(example.values, exampleShape),
        pictureOf(rowOf(restored, i), exampleShape),
        reduced(heatOf(example.shares, typical, exampleShape)),
      ],
      { gap: GAP },
    )
    const png = encodePng(shown)
    bytes += png.length
    if (figures.length > 0 && bytes > MOST_BYTES) break
    figures.push(figureOf(source, example, png, shown, i))
  }
  return {
    id: 'oddest',
    title: 'The oddest pictures',
    caption: [
      shownText(source, figures.length),
      `Left the picture, in the middle what the model makes of it, right where the score comes from: the brighter a pixel, the more it adds beyond what it adds in a normal picture on average. Black adds no more than usual; each map has its own scale, from black to its largest pixel. ${measure(source)}`,
    ].join('\n'),
    compact: true,
    figures,
  }
}

async function reconstructions(
  { trained, namesOf }: ScorePageSource,
  examples: readonly OddExample[],
): Promise<Floats> {
  const { dimension } = trained.model.info
  const values = new Float32Array(examples.length * dimension)
  examples.forEach((example, i) => {
    values.set(example.values, i * dimension)
  })
  const labels = examples.map(({ row }) => namesOf(row).classLabel)
  const known = labels.some((label) => label === undefined) ? undefined : (labels as number[])
  return trained.reconstruct(hostTensor('float32', [examples.length, dimension], values), known)
}

const rowOf = ({ shape, data }: Floats, row: number): Float32Array =>
  data.subarray(row * shape[1]!, (row + 1) * shape[1]!)

const pictureOf = (values: Float32Array, exampleShape: readonly number[]): Picture =>
  reduced(imageGrid(values, exampleShape, { columns: 1, scale: 1, gap: 0 }))

/** What each pixel adds beyond the mean of normal pictures, the sum over its channels. */
function heatOf(
  shares: Float64Array,
  typical: Float64Array,
  exampleShape: readonly number[],
): Picture {
  const [height, width] = exampleShape.slice(-2) as [number, number]
  const excess = new Float64Array(height * width)
  shares.forEach((share, at) => {
    excess[at % excess.length]! += share - typical[at]!
  })
  return heatMap(excess, height, width)
}

/** A large picture in a size that a page has room for. */
function reduced(picture: Picture): Picture {
  const scale = LARGEST / Math.max(picture.width, picture.height)
  if (scale >= 1) return picture
  const size: Size = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ]
  return fitted(picture, size, 'stretch', [0, 0, 0])
}

function figureOf(
  source: ScorePageSource,
  example: OddExample,
  bytes: Uint8Array,
  { width, height }: Picture,
  i: number,
): Figure {
  const { keys, label } = source.namesOf(example.row)
  const what = [`picture ${grouped(example.row + 1)}`, ...keys, ...(label ? [label] : [])]
  const scale = Math.max(1, Math.round(SIDE / Math.max(height, (width - 2 * GAP) / 3)))
  return {
    kind: 'png',
    name: `odd-${i + 1}`,
    bytes,
    width: width * scale,
    alt: `Picture ${example.row + 1}, its reconstruction, and where its score comes from`,
    caption: `${what.map((text) => shortened(text, 60)).join(', ')}: score ${scoreText(example.score)}, ${alarmText(source, example)}`,
  }
}
