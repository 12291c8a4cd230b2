import { concat, constant, type Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import type { Distribution, Noise } from './distribution.ts'
import { standardNormal } from './gaussian.ts'

/** A prior of codes that can be divided into one part for each class. */
export interface CodePrior extends Distribution {
  /**
   * One draw for each example, from the part of its label, one-hot `[B, classes]` (Makhzani et al. 2016,
   * section 2.3). Over equally likely classes, the parts add up to the prior.
   */
  sampleGiven(labels: Tensor, noise: Noise): Tensor
}

/**
 * The priors over codes `[B, L]` that an adversarial autoencoder can impose, by name. `mixture` and
 * `swiss-roll` are distributions over the plane.
 *
 * @throws RangeError where L must be 2 and is not
 */
export const codePriors = {
  normal: normalPrior,
  mixture: ringPrior,
  'swiss-roll': swissRollPrior,
} as const satisfies Record<string, (shape: readonly number[], classes?: number) => CodePrior>

export type PriorName = keyof typeof codePriors
export const priorNames = Object.keys(codePriors) as PriorName[]

/**
 * N(0, I) over codes `[B, L]`. The part of a class is a sector of the plane of the first two coordinates,
 * all of equal angle; L must be 2 or more for that.
 */
function normalPrior(shape: readonly number[]): CodePrior {
  const [batch, latent] = shape as readonly [number, number]
  return {
    ...standardNormal(shape),
    sampleGiven(labels, noise) {
      if (latent < 2)
        throw new RangeError(`classes are sectors of a plane, but codes have ${latent} dimension`)
      const epsilon = noise.normal(shape)
      const [plane, rest] = epsilon.split(1, [2, latent - 2])
      const radius = plane!.square().sum([1], true).sqrt() // [B, 1]
      const turned = polar(radius, shareGiven(labels, noise.uniform([batch, 1])))
      return latent === 2 ? turned : concat([turned, rest!], 1)
    },
  }
}

/** The ring of Gaussians: their distance from the origin, and σ along the radius and across it. */
export const RING = { distance: 1.4, along: 0.5, across: 0.1 } as const

/**
 * An equal mixture of `components` Gaussians over codes `[B, 2]`, evenly spaced on a ring around the origin
 * and each stretched along its radius (the shape of Makhzani et al. 2016, figure 4; its numbers, `RING`, are
 * those of hwalsuklee/tensorflow-mnist-AAE). The part of a class is one component.
 */
function ringPrior(shape: readonly number[], components = 10): CodePrior {
  requirePlane('mixture', shape)
  const { distance, along, across } = RING
  const angles = Array.from({ length: components }, (_, k) => (2 * Math.PI * k) / components)
  // Unit vectors from the origin to each component, and those at right angles to them: [components, 2].
  const outwards = constant(
    angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
    [components, 2],
  )
  const sideways = constant(
    angles.flatMap((angle) => [-Math.sin(angle), Math.cos(angle)]),
    [components, 2],
  )
  const around = (out: Tensor, side: Tensor, noise: Noise): Tensor => {
    const [first, second] = noise.normal(shape).split(1, [1, 1])
    return out.mul(first!.mul(along).add(distance)).add(side.mul(second!.mul(across)))
  }
  return {
    logProb(z) {
      const a = z.dot(outwards, false, true).sub(distance).div(along) // [B, components]
      const b = z.dot(sideways, false, true).div(across)
      const constants = Math.log(2 * Math.PI * along * across * components)
      return a.square().add(b.square()).mul(-0.5).logSumExp(1).sub(constants)
    },
    mean: () => outwards.mean([0], true).mul(distance).expand(shape),
    sample(noise) {
      const u = noise.uniform([shape[0]!])
      const k = u
        .mul(components)
        .floor()
        .min(components - 1)
        .cast('int64')
      return around(outwards.gather(k), sideways.gather(k), noise)
    },
    sampleGiven: (labels, noise) => around(labels.dot(outwards), labels.dot(sideways), noise),
    reparametrised: false,
  }
}

/** The swiss roll's outer radius and its number of turns. */
export const ROLL = { radius: 3, turns: 2 } as const

/**
 * A spiral in the plane, over codes `[B, 2]`: r t (cos 2πn t, sin 2πn t) with t = √u, u uniform in (0, 1),
 * radius r = 3 and n = 2 turns (those of hwalsuklee/tensorflow-mnist-AAE). The root spreads the draws
 * almost evenly along it. A curve has no density. The part of a class is an interval of u: the first class
 * lies innermost (Makhzani et al. 2016, figure 4).
 */
function swissRollPrior(shape: readonly number[]): CodePrior {
  requirePlane('swiss-roll', shape)
  const { radius, turns } = ROLL
  const along = (u: Tensor): Tensor => {
    const t = u.sqrt() // [B, 1]
    return polar(t.mul(radius), t.mul(turns))
  }
  return {
    logProb() {
      throw new UserError('a swiss roll has no closed-form density')
    },
    // E[r t cos(at)] = 4r / a² and E[r t sin(at)] = -2r / a for a = 2πn, t having the density 2t.
    mean() {
      const a = 2 * Math.PI * turns
      return constant([(4 * radius) / a ** 2, (-2 * radius) / a], [1, 2]).expand(shape)
    },
    sample: (noise) => along(noise.uniform([shape[0]!, 1])),
    sampleGiven: (labels, noise) => along(shareGiven(labels, noise.uniform([shape[0]!, 1]))),
    reparametrised: false,
  }
}

function requirePlane(name: PriorName, shape: readonly number[]): void {
  if (shape[1] !== 2)
    throw new RangeError(`the ${name} prior is over codes of 2 dimensions, got ${shape[1]}`)
}

/** (k + u) / classes `[B, 1]`: uniform over the k-th of equal intervals of (0, 1), k by one-hot label. */
function shareGiven(labels: Tensor, u: Tensor): Tensor {
  const classes = labels.shape[1] as number
  const index = constant(
    Array.from({ length: classes }, (_, k) => k),
    [classes, 1],
  )
  return labels
    .dot(index)
    .add(u)
    .mul(1 / classes)
}

/** Points of the plane `[B, 2]`, from their radius and their angle in turns, `[B, 1]` each. */
function polar(radius: Tensor, turns: Tensor): Tensor {
  const angle = turns.mul(2 * Math.PI)
  return concat([radius.mul(angle.cos()), radius.mul(angle.sin())], 1)
}
