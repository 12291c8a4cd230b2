import { describe, expect, it } from 'vitest'
import { RING } from '../../src/distributions/priors.ts'
import { constant } from '../../src/graph/tensor.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { build } from '../../src/train/build.ts'
import { numbersOf } from '../train/onnx.ts'

const CLASSES = 3

function configured(options: Record<string, unknown>) {
  const aae = modelNamed('aae')
  const info = { exampleShape: [6], dimension: 6, classes: CLASSES }
  return build(aae, aae.config.parse({ hidden: [5], discriminatorHidden: [5], ...options }), info)
}

/** log p(z) where the first of the ring's components has its mean; the others are too far to count. */
async function logPeak(labelInformed: boolean): Promise<number> {
  const { prior } = configured({ prior: 'mixture', labelInformed })
  const peak = constant([RING.distance, 0], [1, 2])
  return (await numbersOf(referenceRuntime, prior!([1, 2]).logProb(peak)))[0]!
}

describe('an adversarial autoencoder over a mixture', () => {
  it('has a component for each class where its discriminator sees them, and ten otherwise', async () => {
    const peak = (components: number) =>
      -Math.log(2 * Math.PI * RING.along * RING.across * components)
    expect(await logPeak(true)).toBeCloseTo(peak(CLASSES), 5)
    expect(await logPeak(false)).toBeCloseTo(peak(10), 5)
  })
})

describe('the code of an adversarial autoencoder', () => {
  it.each([
    [{ prior: 'mixture', latent: 3 }, 'prior: mixture is a prior over the plane; give --latent 2'],
    [
      { prior: 'swiss-roll', latent: 1 },
      'prior: swiss-roll is a prior over the plane; give --latent 2',
    ],
    [
      { labelInformed: true, latent: 1 },
      'labelInformed: each class gets a sector of a plane; give --latent 2 or more',
    ],
  ])('is refused where it has no room for %o', (options, message) => {
    expect(() => configured(options)).toThrow(new UserError(message))
  })
})
