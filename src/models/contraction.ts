import { schedule, text } from '../config/options.ts'

/** How ‖∂h/∂x‖² is computed. */
export const CONTRACTION = /^(exact|projections:[1-9]\d{0,3})$/

export const contraction = () =>
  text<'exact' | `projections:${number}`>(
    (name) => CONTRACTION.test(name),
    'exact or projections:K, such as projections:1',
  ).describe(
    "how the Jacobian's norm is computed: exact (a closed form for one layer, else a pass for each dimension of the code) or projections:K (an unbiased estimate from K passes)",
  )

export const lambda = (fallback: number) =>
  schedule()
    .default(fallback)
    .describe('weight of the contraction: a number, or FROM:TO@EPOCHS for a linear change')
