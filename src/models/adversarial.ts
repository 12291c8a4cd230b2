// Goodfellow et al. 2014, "Generative adversarial nets", NIPS, with the non-saturating loss of section 3.
import type { Tensor } from '../graph/tensor.ts'
import type { Term } from './model.ts'

/**
 * The prefix of a discriminator's parameter names. It is not `discriminator`, because checkpoints of existing runs
 * have these names, and initial values are drawn by name.
 */
export const DISCRIMINATOR = 'critic'

/** The activation of a discriminator's hidden layers in a model that has no option for it. */
export const DISCRIMINATOR_ACTIVATION = 'leaky-relu'

/** The network that a parameter belongs to: `encoder` for `encoder.0.weight`. */
export function networkOf(parameter: string): string {
  const [network = parameter] = parameter.split('.')
  return network === DISCRIMINATOR ? 'discriminator' : network
}

/** A loss of the adversarial game, in nats; not a likelihood. */
const part = (value: Tensor): Term => ({ value, bound: false })

/**
 * The discriminator's loss, -log D(real) - log(1 - D(fake)), from its logits `[B, 1]`, and its accuracy. For
 * several kinds of fakes, losses are added and accuracies averaged.
 */
export function discriminatorTerms(
  real: Tensor,
  ...fakes: readonly Tensor[]
): { 'discriminator loss': Term; 'discriminator accuracy': Term } {
  const sum = (of: (fake: Tensor) => Tensor) => fakes.map(of).reduce((a, b) => a.add(b))
  const caught = sum((fake) => fake.less(0).cast('float')).mul(1 / fakes.length)
  const right = real.greater(0).cast('float').add(caught).mul(0.5)
  return {
    'discriminator loss': part(
      real
        .neg()
        .softplus()
        .add(sum((fake) => fake.softplus()))
        .squeeze(1),
    ),
    'discriminator accuracy': { ...part(right.squeeze(1)), metric: true, unit: 'share' },
  }
}

/** The generator's loss, -log D(fake), from the discriminator's logits `[B, 1]`. */
export const generatorLoss = (fake: Tensor): Term => part(fake.neg().softplus().squeeze(1))
