import { evenly } from '../../data/indices.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { dimensionVariances, principalAxes } from '../../explore/principal-axes.ts'
import { priorFit } from '../../explore/prior-fit.ts'
import { codeScatter, type PlanarCode } from '../../report/code-scatter.ts'
import type { Figure } from '../../report/html.ts'
import { shortened } from '../../tensor/described.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted, grouped, percent } from '../../tensor/numbers.ts'
import { stream } from '../../tensor/random.ts'
import type { BuiltModel } from '../../train/build.ts'
import { hasCode, hasRandomCode, priorKind } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import { type ReportSource, SAMPLE_SEED, testExamples, testLabels } from './source.ts'
import { colouringText, mostInformative } from './table/colouring.ts'
import { kindsOf } from './table/form.ts'

/** Test examples that are encoded for the scatter. */
const MOST_CODES = 10_000

/** Draws of the prior that show its shape. */
const PRIOR_DRAWS = 3000

/** Codes that are compared with the prior, and the most dimensions for which that is quick. */
const COMPARED = 500
const WIDEST_COMPARED = 32

/** A dimension of a mean code is in use above this variance: Burda et al. 2016, section 5.3. */
const ACTIVE_VARIANCE = 0.01

interface Plane {
  readonly points: Floats
  readonly axes: readonly [string, string]
  /** What the plane is. */
  readonly words: string
}

/** The codes of test examples in the plane, coloured by class, over the prior. */
export const codes: Chapter = {
  what: 'codes',
  belongs: () => true,
  async section(source) {
    const { run, data } = source
    const shared = { id: 'codes', title: 'Codes' }
    if (!hasCode(run.model)) return { ...shared, caption: whyNone(run.model), figures: [] }
    const indices = evenly(data.splits.test.rows.length, MOST_CODES)
    const encoded = await run.encode(testExamples(data, indices), testLabels(data, indices))
    // A single class has nothing to show.
    const labels = data.classes === 1 ? undefined : testLabels(data, indices)
    const random = hasRandomCode(run.model)
    const caption = [
      labels
        ? `Where test examples lie in the latent space. ${LABELS[run.model.labels ?? 'unused']}`
        : 'Where test examples lie in the latent space. Look for clusters, and for gaps, where codes decode to nothing like the data.',
      random ? activeDimensions(encoded) : '',
      random ? '' : await fitToPrior(source),
    ]
    return {
      ...shared,
      caption: caption.filter(Boolean).join(' '),
      figures: [await scatter(source, encoded, indices, labels)],
    }
  },
}

const LABELS = {
  unused:
    'The labels were not used in training: where colours separate, the model has found the classes by itself.',
  loss: 'The labels were part of the training loss, so the colours should separate.',
  condition:
    'The encoder sees the label, so the code need not carry it: ideally, the colours are mixed.',
} as const

function whyNone({ definition: { name }, likelihood }: BuiltModel): string {
  return likelihood
    ? `There are none: ${name} has no encoder, so examples have no codes, and there is no path between two of them.`
    : `There are none: this network of ${name} maps examples to examples, with connections that bypass its bottleneck. So there are no codes, no paths between them, no latent plane and no samples.`
}

async function scatter(
  { run, data }: ReportSource,
  encoded: Floats,
  indices: readonly number[],
  labels: readonly number[] | undefined,
): Promise<Figure> {
  const { latent, prior } = run.model
  const plane = planeOf(encoded, latent)
  const ground =
    prior && latent === 2 ? planar((await run.samplePrior(PRIOR_DRAWS, SAMPLE_SEED)).data) : []
  const count = encoded.shape[0]!
  const kinds = labels ? undefined : kindsOf(data)
  const colouring =
    kinds && mostInformative(plane.points, testExamples(data, indices), kinds.columns)
  const svg = codeScatter(planar(plane.points.data, labels ?? colouring?.groups), {
    title: plane.words,
    ...(colouring && {
      classes: colouring.names.map((text) => shortened(text, 24)),
      sequential: colouring.sequential,
      // The names of many categories would hide the codes.
      named: !colouring.sequential && colouring.names.length <= 4,
    }),
    axes: plane.axes,
    behind: ground.length > 0 ? { name: 'prior p(z)', points: ground } : undefined,
  })
  const caption = [
    colouring ? colouringText(colouring) : '',
    CODE_WORDS[hasRandomCode(run.model) ? priorKind(run.model)! : 'point'],
    ground.length > 0 ? `Grey: ${grouped(ground.length)} draws from the prior.` : '',
    latent > 2 && labels
      ? 'Classes that overlap here may be separate in the other dimensions.'
      : '',
  ]
  return {
    kind: 'svg',
    name: 'codes',
    svg,
    alt: `Scatter of the codes of ${counted(count, 'test example')}${labels ? ', coloured by class' : colouring ? `, coloured by ${colouring.column.name}` : ''}${ground.length > 0 ? ', over draws of the prior' : ''}`,
    caption: caption.filter(Boolean).join(' '),
  }
}

const CODE_WORDS = {
  point: 'Each dot is the code of one example.',
  normal:
    'Each dot is the mean of q(z|x); the posterior around it is not drawn. Under the prior, each coordinate lies between −2 and 2 with a probability of 95\u00a0%.',
  binary:
    'Each dot is the mean of q(z|x), the probabilities of its bits; the codes themselves are 0 or 1 in every dimension.',
  other: 'Each dot is the mean of q(z|x); the posterior around it is not drawn.',
} as const

function planar(points: Float32Array, labels?: readonly number[]): PlanarCode[] {
  return Array.from({ length: points.length / 2 }, (_, i) => ({
    x: points[2 * i]!,
    y: points[2 * i + 1]!,
    label: labels?.[i],
  }))
}

/** How far the codes are from the prior that they should follow, by energy distance. */
async function fitToPrior({ run, data }: ReportSource): Promise<string> {
  const { prior, latent } = run.model
  if (!prior || latent > WIDEST_COMPARED) return ''
  const indices = evenly(data.splits.test.rows.length, COMPARED)
  const encoded = await run.encode(testExamples(data, indices), testLabels(data, indices))
  const { distance, chance } = await priorFit(run, encoded, SAMPLE_SEED)
  return `The codes as a whole should follow the prior p(z). The energy distance between ${counted(indices.length, 'code')} and as many draws from the prior is ${formatFigure(distance)}; between two such samples of the prior itself it is below ${formatFigure(chance)} in 95\u00a0% of cases. It reflects the overall shape more than details: look at the picture too.`
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

/** Codes of one dimension along a line, with a random second coordinate that only separates the dots. */
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
    axes: ['latent 1', 'random, to separate the dots'],
    words: 'Codes of test examples, of one dimension',
  }
}

function activeDimensions(codes: Floats): string {
  const variances = dimensionVariances(codes)
  const active = variances.filter((variance) => variance > ACTIVE_VARIANCE).length
  const rest =
    active === variances.length
      ? ''
      : ' The others have collapsed: their posterior is the prior for every example.'
  return `${active} of ${counted(variances.length, 'dimension')} ${active === 1 ? 'is' : 'are'} in use (variance of the mean code over the test examples above ${ACTIVE_VARIANCE}; Burda et al. 2016).${rest}`
}
