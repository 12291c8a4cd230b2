import { dimensionVariances, principalAxes } from '../../explore/principal-axes.ts'
import { codeScatter, type PlanarCode } from '../../report/code-scatter.ts'
import type { Section } from '../../report/html.ts'
import { stream } from '../../tensor/random.ts'
import {
  counted,
  evenly,
  type Floats,
  type ReportSource,
  splitLabels,
  testExamples,
} from './source.ts'

/** Test examples that are encoded for the scatter. */
const MOST_CODES = 10_000

/** A dimension of a mean code is in use above this variance: Burda et al. 2016, section 5.3. */
const ACTIVE_VARIANCE = 0.01

interface Plane {
  readonly points: Floats
  readonly axes: readonly [string, string]
  /** What the plane is. */
  readonly words: string
}

/** The codes of test examples in the plane, coloured by class. */
export async function codesSection({ run, data }: ReportSource): Promise<Section> {
  const { latent, prior } = run.model
  const places = evenly(data.splits.test.rows.length, MOST_CODES)
  const codes = await run.encode(testExamples(data, places))
  const labels = splitLabels(data, 'test')
  const plane = planeOf(codes, latent)
  const dots = places.map((place, i): PlanarCode => {
    const [x, y] = [plane.points.data[2 * i]!, plane.points.data[2 * i + 1]!]
    return { x, y, ...(labels && { label: labels[place]! }) }
  })
  const caption = [
    labels
      ? 'Where test examples lie in the code. The labels were not used in training: where colours come apart, the model has found the classes by itself.'
      : 'Where test examples lie in the code. Look for clusters, and for empty places, where decoding gives nothing that was ever seen.',
    prior ? activeDimensions(codes) : '',
  ]
  return {
    id: 'codes',
    title: 'Codes',
    caption: caption.filter(Boolean).join(' '),
    figures: [
      {
        kind: 'svg',
        name: 'codes',
        svg: codeScatter(dots, { title: plane.words, axes: plane.axes }),
        alt: `Scatter of the codes of ${counted(places.length, 'test example')}${labels ? ', coloured by class' : ''}`,
        caption: `${prior ? 'Each dot is the mean of q(z|x); the posterior around it is not drawn. Under the prior, each coordinate lies between −2 and 2 with a probability of 95\u00a0%.' : 'Each dot is the code of one example.'}${latent > 2 && labels ? ' Classes that overlap here may be apart in the other dimensions.' : ''}`,
      },
    ],
  }
}

function planeOf(codes: Floats, latent: number): Plane {
  if (latent === 2)
    return { points: codes, axes: ['latent 1', 'latent 2'], words: 'Codes of test examples' }
  if (latent === 1) return spreadOut(codes)
  const { projected, variances, totalVariance } = principalAxes(codes, 2)
  const shares = variances.map((variance) =>
    percent(totalVariance > 0 ? variance / totalVariance : 0),
  )
  const both = percent(totalVariance > 0 ? (variances[0]! + variances[1]!) / totalVariance : 0)
  return {
    points: projected,
    axes: [`principal axis 1: ${shares[0]} of the variance`, `principal axis 2: ${shares[1]}`],
    words: `Test codes on their first two principal axes, ${both} of their variance`,
  }
}

/** Codes of one dimension along a line, with a random second coordinate that only pulls dots apart. */
function spreadOut({ shape, data }: Floats): Plane {
  const count = shape[0]!
  const [low, high] = data.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [0, 0],
  )
  const { uniform } = stream(0, 'spread of codes')
  const points = new Float32Array(2 * count)
  for (let i = 0; i < count; i++)
    points.set([data[i]!, (uniform() - 0.5) * 0.4 * (high - low)], 2 * i)
  return {
    points: { dtype: 'float32', shape: [count, 2], data: points },
    axes: ['latent 1', 'random, to tell dots apart'],
    words: 'Codes of test examples, of one dimension',
  }
}

function activeDimensions(codes: Floats): string {
  const variances = dimensionVariances(codes)
  const active = variances.filter((variance) => variance > ACTIVE_VARIANCE).length
  const rest =
    active === variances.length
      ? ''
      : ' The others have been given up: their posterior is the prior, whatever the example.'
  return `${active} of ${counted(variances.length, 'dimension')} ${active === 1 ? 'is' : 'are'} in use (variance of the mean code over the test examples above ${ACTIVE_VARIANCE}; Burda et al. 2016).${rest}`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`
