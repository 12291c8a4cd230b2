import { gradients } from '../../graph/autodiff.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { Arrays, Session } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, hostTensor, rowsBetween } from '../../tensor/host.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'
import type { WithParameters } from '../../train/trained.ts'
import { conditions, inferenceMode, type Labels } from '../../train/trained.ts'

/** Numbers of the Jacobians that are held at once. */
const MOST_VALUES = 8_000_000

/**
 * Singular values of the Jacobian ∂z/∂x of the code (the mean of q(z|x)) at each example of x `[n, D]`,
 * decreasing, each averaged over the examples: Rifai et al. 2011, "Contractive auto-encoders", figure 3. There
 * are min(L, D) of them. Each row of a Jacobian is exact, by a gradient; the singular values are the roots
 * of the eigenvalues of J Jᵀ (or Jᵀ J, whichever is smaller), so below about 1e-6 of the largest they are
 * rounding error.
 *
 * @throws UserError if the model has no encoder.
 */
export async function jacobianSpectrum(
  { model, parameters, runtime }: WithParameters,
  x: Floats,
  labels?: Labels,
): Promise<Float64Array> {
  const { latent, posterior, definition, info } = model
  if (!posterior)
    throw new UserError(`${definition.name} has no encoder, so there is no Jacobian of one`)
  const [count = 0] = x.shape
  const block = Math.max(1, Math.min(count, Math.floor(MOST_VALUES / (latent * info.dimension))))
  const input = Tensor.input('x', [block, info.dimension])
  const direction = Tensor.input('direction', [1, latent])
  const z = posterior(input, inferenceMode(model, block)).mean() // [B, L]
  const row = gradients(z.mul(direction).sum(), [input])[0]! // ∂z_l/∂x, [B, D]
  const session = await runtime.compile({ row })
  const mean = new Float64Array(Math.min(latent, info.dimension))
  try {
    await session.bind(parameters)
    for (let start = 0; start < count; start += block) {
      // All calls have one size, so the last block begins with examples that are counted already.
      const from = Math.min(start, count - block)
      const rows = await jacobianRows(session, latent, {
        x: rowsBetween(x, from, from + block),
        ...conditions(
          model,
          { shape: [block] },
          labels && Array.from(labels).slice(from, from + block),
        ),
      })
      for (let i = start - from; i < block; i++)
        singularValues(rows, i, info.dimension).forEach((value, k) => {
          mean[k]! += value / count
        })
    }
  } finally {
    await session.close()
  }
  return mean
}

/** Row l of the Jacobians of a block of examples, `[B, D]`, for each dimension l of the code. */
async function jacobianRows(session: Session, latent: number, feeds: Arrays) {
  const rows: Float32Array[] = []
  for (let l = 0; l < latent; l++) {
    const unit = new Float32Array(latent)
    unit[l] = 1
    const { row } = await session.run({
      ...feeds,
      direction: hostTensor('float32', [1, latent], unit),
    })
    rows.push(Float32Array.from(row!.data as Float32Array))
  }
  return rows
}

/** Singular values of the Jacobian of one example of a block, in decreasing order. */
function singularValues(rows: readonly Float32Array[], example: number, width: number): number[] {
  const jacobian = rows.map((row) => row.subarray(example * width, (example + 1) * width))
  const vectors =
    jacobian.length <= width
      ? jacobian
      : Array.from({ length: width }, (_, d) => Float32Array.from(jacobian, (row) => row[d]!))
  const n = vectors.length
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      products[i * n + j] = dot(vectors[i]!, vectors[j]!)
      products[j * n + i] = products[i * n + j]!
    }
  return Array.from(symmetricEigen(products, n).values, (value) => Math.sqrt(Math.max(0, value)))
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}
