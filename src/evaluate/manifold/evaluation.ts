import { evaluatedValues } from '../../data/evaluated.ts'
import { evenPlaces } from '../../data/places.ts'
import { splitLabels } from '../../data/rows.ts'
import type { Floats } from '../../tensor/host.ts'
import { rowsBetween } from '../../tensor/host.ts'
import { hasCode } from '../../train/capabilities.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import type { Figure } from '../ledger/entry.ts'
import { meanWithError } from '../statistics/mean.ts'
import { jacobianSpectrum } from './jacobian-spectrum.ts'
import { neighbourhoodPreservation } from './neighbourhoods.ts'
import { pathSmoothness } from './path-smoothness.ts'

/** Neighbours that are to stay neighbours. */
const K = 12

/** Examples that have neighbours which could be others: one neighbour must be less than half of them. */
const FEWEST = 3

/** Examples among which neighbours are looked for, unless another number is asked for. */
const EXAMPLES = 2000

/** Examples whose Jacobians are meaned, and pairs between which ways are gone. */
const [JACOBIANS, PAIRS] = [100, 100]

/** Whether codes keep neighbours together, how they bend space, and how straight the ways between codes are. */
export const manifold: GroupEvaluation = {
  group: 'manifold',
  what: 'neighbourhoods',
  applies: ({ trained: { model } }) => hasCode(model),
  async figures(context) {
    const { data, split, options, trained, seed, omit } = context
    const places = evenPlaces(data.splits[split], options.examples ?? EXAMPLES)
    if (places.length < FEWEST) {
      omit(
        `neighbourhoods and the Jacobian are of ${FEWEST} examples or more, got ${places.length}`,
      )
      return []
    }
    const labels = splitLabels(data, split, places)
    const x = evaluatedValues(data, split, places, seed)
    const z = await trained.encode(x, labels)
    const k = Math.max(1, Math.min(K, Math.floor(places.length / 2) - 1))
    const kept = await neighbourhoodPreservation(trained.runtime, x, z, {
      k,
      ...(options.signal && { signal: options.signal }),
    })
    const meaned = (values: Float64Array) => {
      const { mean, error } = meanWithError(values)
      return { value: mean, standardError: error, values, samples: 0, kind: 'metric' } as const
    }
    const shared = { examples: places.length, unit: 'up to 1' } as const
    options.onStage?.('ways between codes')
    return [
      {
        ...meaned(kept.trustworthiness),
        ...shared,
        figure: 'trustworthiness',
        note: `whether the ${k} neighbours by code are neighbours by example (Venna and Kaski 2001)`,
      },
      {
        ...meaned(kept.continuity),
        ...shared,
        figure: 'continuity',
        note: `whether the ${k} neighbours by example are neighbours by code`,
      },
      {
        ...meaned(kept.overlap),
        ...shared,
        figure: 'neighbourhood overlap',
        note: `share of the ${k} neighbours that are the same by example and by code`,
      },
      ...(await paths(context, z, labels)),
      ...(await bending(context, x, labels)),
    ]
  },
}

/** How straight the decoded ways between codes of test examples are; the classes at their ends must agree. */
async function paths(
  { trained, options, omit }: EvaluationContext,
  z: Floats,
  labels: readonly number[] | undefined,
): Promise<Figure[]> {
  // A way between classes would change the label half-way: no path of this decoder.
  if (trained.model.labels === 'condition') return []
  if (z.shape[0]! < 4) {
    omit(`interpolations are between pairs of 4 examples or more, got ${z.shape[0]}`)
    return []
  }
  const count = Math.min(PAIRS, Math.floor(z.shape[0]! / 2))
  const { detour, jump } = await pathSmoothness(
    (codes) => trained.decode(codes),
    rowsBetween(z, 0, count),
    rowsBetween(z, count, 2 * count),
    options.signal ? { signal: options.signal } : {},
  )
  const figures = (values: Float64Array) => {
    const finite = values.filter(Number.isFinite)
    const { mean, error } = meanWithError(finite)
    return { value: mean, standardError: error, examples: finite.length, samples: 0 }
  }
  return [
    {
      ...figures(detour),
      figure: 'detour of interpolations',
      unit: 'length / distance',
      kind: 'metric',
      note: `length of the decoded way between two codes over the distance of its ends, over ${count} pairs${labels ? ' of any classes' : ''}: 1 on a straight line`,
    },
    {
      ...figures(jump),
      figure: 'largest step of interpolations',
      unit: 'of the mean step',
      kind: 'metric',
      note: 'of equal steps of the code: 1 where the decoded example changes at an even pace',
    },
  ]
}

/** The spectrum of the encoder's Jacobian. */
async function bending(
  { trained }: EvaluationContext,
  x: Floats,
  labels: readonly number[] | undefined,
): Promise<Figure[]> {
  const count = Math.min(JACOBIANS, x.shape[0]!)
  const values = await jacobianSpectrum(
    trained,
    rowsBetween(x, 0, count),
    trained.model.labels === 'condition' ? labels?.slice(0, count) : undefined,
  )
  const shared = { examples: count, samples: 0, kind: 'metric' } as const
  const list = Array.from(values.subarray(0, 10), (value) => value.toPrecision(3)).join(' ')
  return [
    {
      ...shared,
      figure: "largest singular value of the encoder's Jacobian",
      value: values[0]!,
      unit: 'code / example',
      note: `mean over ${count} examples (Rifai et al. 2011); falling: ${list}${values.length > 10 ? ' …' : ''}`,
    },
    {
      ...shared,
      figure: 'singular values above a tenth of the largest',
      value: values.filter((value) => value > values[0]! / 10).length,
      unit: `of ${values.length}`,
      note: 'directions that the code follows, of the mean spectrum',
    },
  ]
}
