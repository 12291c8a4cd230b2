import { type FirstFilters, firstFilters } from '../../explore/first-filters.ts'
import type { Figure } from '../../report/html.ts'
import { aroundGrey, encodePng, imageGrid } from '../../report/pixels.ts'
import { sizeOf } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import type { Run } from '../run/load.ts'
import type { Chapter } from './chapter.ts'
import { isPicture, picturesAcross, runNames } from './source.ts'

const MOST_FILTERS = 100
const ACROSS = 10
const WINDOWS = { scale: 10, gap: 14 } as const

/** The filters of the encoder's first layer. */
export const filters: Chapter = {
  what: 'filters',
  belongs: ({ run, data }) => isPicture(data) && filtersOf(run) !== undefined,
  async section(source) {
    const { run, beside } = source
    const own = filtersOf(run)!
    const other = beside && filtersOf(beside)
    const [name, otherName] = runNames(source)
    return {
      id: 'filters',
      title: "The first layer's filters",
      caption: own.convolutional
        ? 'The weights of the first convolution, which are the same at every position of an image. Look for edges and spots.'
        : 'The weights of each unit of the first layer, as an image: what it responds to. Strokes and spots are parts of examples; noise, or a smooth blur all over, means that a unit has not specialised.',
      figures: [
        filterFigure(own, 'filters', other ? `by ${name}, ` : ''),
        ...(other ? [filterFigure(other, 'filters-beside', `by ${otherName}, `)] : []),
      ],
    }
  },
}

const filtersOf = ({ model, parameters }: Run): FirstFilters | undefined =>
  firstFilters(model, parameters, MOST_FILTERS)

function filterFigure(found: FirstFilters, name: string, whose: string): Figure {
  const [count, ...shape] = found.filters.shape as [number, ...number[]]
  const levels = aroundGrey(found.filters.data, sizeOf(shape))
  const which =
    count < found.units
      ? `the ${count} of ${counted(found.units, 'unit')} whose weights have the largest norm`
      : `all ${counted(found.units, 'unit')}`
  return {
    kind: 'png',
    name,
    bytes: encodePng(
      imageGrid(levels, shape, {
        columns: picturesAcross(shape, ACROSS),
        // Windows of a few pixels would run into each other.
        ...(found.convolutional && WINDOWS),
      }),
    ),
    alt: `${counted(count, 'filter')} of the first layer as images`,
    caption: `${capital(`${whose}${which}`)}, by decreasing norm. Middle grey is 0, white positive, black negative; each is scaled to its own largest weight.`,
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
