// Goodfellow et al. 2014, "Generative adversarial nets", NIPS, with the non-saturating loss of section 3.
import type { Tensor } from '../graph/tensor.ts'
import type { Term } from './model.ts'

/** A part of an adversarial game, in nats; no likelihood of anything. */
const part = (value: Tensor): Term => ({ value, bound: false })

/**
 * -log D(real) - log(1 - D(fake)), what a critic minimises, from its logits `[B, 1]`; and how often it is
 * right.
 */
export function telling(
  real: Tensor,
  ...fakes: readonly Tensor[]
): { critic: Term; 'critic accuracy': Term } {
  const sum = (of: (fake: Tensor) => Tensor) => fakes.map(of).reduce((a, b) => a.add(b))
  const caught = sum((fake) => fake.less(0).cast('float')).mul(1 / fakes.length)
  const right = real.greater(0).cast('float').add(caught).mul(0.5)
  return {
    critic: part(
      real
        .neg()
        .softplus()
        .add(sum((fake) => fake.softplus()))
        .squeeze(1),
    ),
    'critic accuracy': { ...part(right.squeeze(1)), metric: true, unit: 'share' },
  }
}

/** -log D(fake), what a network minimises that is to deceive the critic. */
export const deceiving = (fake: Tensor): Term => part(fake.neg().softplus().squeeze(1))
