import { evaluatedValues } from '../../data/evaluated.ts'
import { evenIndices } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import { hasCode } from '../../train/capabilities.ts'
import { COMPARED_NOTE, comparedRows, isComparable } from '../compared-rows.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import { averaged, type Figure } from '../ledger/entry.ts'
import { meanWithError } from '../statistics/mean.ts'
import { jacobianSpectrum } from './jacobian-spectrum.ts'
import { neighbourhoodPreservation } from './neighbourhoods.ts'
import { pathSmoothness } from './path-smoothness.ts'

/** Neighbours in a neighbourhood, at most. */
const K = 12

/** Fewest examples: even a single neighbour must be less than half of them. */
const FEWEST = 3

/** Examples among which neighbours are sought, by default. */
const EXAMPLES = 2000

/** Examples over which Jacobian spectra are averaged, and pairs of codes that interpolation paths join. */
const [JACOBIANS, PAIRS] = [100, 100]

/** Whether codes preserve neighbourhoods, how straight interpolation paths are, and how the encoder bends space. */
export const manifold: GroupEvaluation = {
  group: 'manifold',
  what: 'neighbourhoods',
  applies: ({ trained: { model } }) => hasCode(model),
  async figures(context) {
    const { data, split, options, trained, seed, omit } = context
    const indices = evenIndices(data.splits[split], options.examples ?? EXAMPLES)
    if (indices.length < FEWEST) {
      omit(
        `neighbourhoods and the Jacobian: need ${FEWEST} examples or more, got ${indices.length}`,
      )
      return []
    }
    const labels = splitLabels(data, split, indices)
    const x = evaluatedValues(data, split, indices, seed)
    const z = await trained.encode(x, labels)
    const k = Math.max(1, Math.min(K, Math.floor(indices.length / 2) - 1))
    const { columns } = trained.model.info
    const compared = await comparedRows(trained.runtime, columns, x)
    const by = compared === x ? '' : `; ${COMPARED_NOTE}`
    const kept = await neighbourhoodPreservation(trained.runtime, compared, z, {
      k,
      signal: options.signal,
    })
    const shared = {
      examples: indices.length,
      unit: 'up to 1',
      samples: 0,
      kind: 'metric',
    } as const
    options.onStage?.('interpolation paths')
    return [
      {
        ...averaged(kept.trustworthiness),
        ...shared,
        figure: 'trustworthiness',
        note: `whether the ${k} neighbours by code are neighbours by example (Venna and Kaski 2001)${by}`,
      },
      {
        ...averaged(kept.continuity),
        ...shared,
        figure: 'continuity',
        note: `whether the ${k} neighbours by example are neighbours by code${by}`,
      },
      {
        ...averaged(kept.overlap),
        ...shared,
        figure: 'neighbourhood overlap',
        note: `share of the ${k} neighbours that are the same by example and by code${by}`,
      },
      ...(await pathFigures(context, z, labels)),
      ...(await jacobianFigures(context, x, labels)),
    ]
  },
}

/** How straight the decoded paths between codes of examples are; none if the decoder is conditioned on labels. */
async function pathFigures(
  { trained, options, omit }: EvaluationContext,
  z: Floats,
  labels: readonly number[] | undefined,
): Promise<Figure[]> {
  // Between classes the label would have to change on the way, so there is no path.
  if (trained.model.labels === 'condition') return []
  if (z.shape[0]! < 4) {
    omit(`interpolations: need 4 examples or more, got ${z.shape[0]}`)
    return []
  }
  const count = Math.min(PAIRS, Math.floor(z.shape[0]! / 2))
  const { columns } = trained.model.info
  const by = isComparable(columns) ? '' : `; ${COMPARED_NOTE}`
  const { detour, jump } = await pathSmoothness(
    async (codes) => comparedRows(trained.runtime, columns, await trained.decode(codes)),
    rowsBetween(z, 0, count),
    rowsBetween(z, count, 2 * count),
    { signal: options.signal },
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
      note: `length of the decoded path between two codes divided by the distance between its ends, over ${count} pairs${labels ? ' of any classes' : ''}: 1 on a straight line${by}`,
    },
    {
      ...figures(jump),
      figure: 'largest step of interpolations',
      unit: 'of the mean step',
      kind: 'metric',
      note: `for equal steps of the code: 1 if the decoded example changes at an even pace${by}`,
    },
  ]
}

/** The spectrum of the encoder's Jacobian. */
async function jacobianFigures(
  { trained, omit }: EvaluationContext,
  x: Floats,
  labels: readonly number[] | undefined,
): Promise<Figure[]> {
  if (!isComparable(trained.model.info.columns)) {
    omit("the encoder's Jacobian: categories, counts and missing values have no derivative")
    return []
  }
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
      note: `mean over ${count} examples (Rifai et al. 2011); in decreasing order: ${list}${values.length > 10 ? ' …' : ''}`,
    },
    {
      ...shared,
      figure: 'singular values above a tenth of the largest',
      value: values.filter((value) => value > values[0]! / 10).length,
      unit: `of ${values.length}`,
      note: 'directions that the code follows, in the mean spectrum',
    },
  ]
}
