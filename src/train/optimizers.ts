import type { Tensor } from '../graph/tensor.ts'
import type { TrainConfig } from './config.ts'

/**
 * An update rule as a value: the arrays it keeps for each parameter, the scalars of each step (computed on the
 * host in float64), and the update as an expression.
 */
export interface Optimizer {
  /** Names of the arrays kept for each parameter, of its shape, zero at first. */
  readonly slots: readonly string[]
  /** Scalars by name, at step `t` (counted from 1) under learning rate `lr`. */
  columns(t: number, lr: number): Readonly<Record<string, number>>
  update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    columns: Readonly<Record<string, Tensor>>,
  ): { parameter: Tensor; slots: Readonly<Record<string, Tensor>> }
}

/** Stochastic gradient descent with momentum as in PyTorch (no dampening). */
function sgd({ momentum, nesterov, weightDecay }: TrainConfig): Optimizer {
  return {
    slots: momentum > 0 ? ['velocity'] : [],
    columns: (_t, lr) => ({ lr }),
    update(parameter, gradient, slots, { lr }) {
      const g = weightDecay > 0 ? gradient.add(parameter.mul(weightDecay)) : gradient
      if (momentum === 0) return { parameter: parameter.sub(g.mul(lr!)), slots: {} }
      const velocity = slots.velocity!.mul(momentum).add(g)
      const direction = nesterov ? g.add(velocity.mul(momentum)) : velocity
      return { parameter: parameter.sub(direction.mul(lr!)), slots: { velocity } }
    },
  }
}

/**
 * Adam (Kingma and Ba 2015); decoupled decay is AdamW (Loshchilov and Hutter 2019). The moments are kept
 * divided by 1 - β, and the bias corrections are folded into the step size and ε, so that the update of
 * each number takes ten operations:
 *
 *     M ← β₁ M + g,  V ← β₂ V + g²,  θ ← θ - size · M / (√V + ε′)
 *     size = lr (1 - β₁) / (1 - β₁ᵗ) · √((1 - β₂ᵗ) / (1 - β₂)),  ε′ = ε √((1 - β₂ᵗ) / (1 - β₂))
 */
function adam(config: TrainConfig, decoupled: boolean): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = config
  return {
    slots: ['first', 'second'],
    columns(t, lr) {
      const root = Math.sqrt((1 - beta2 ** t) / (1 - beta2))
      const size = ((lr * (1 - beta1)) / (1 - beta1 ** t)) * root
      const keep = decoupled && weightDecay > 0 ? { keep: 1 - lr * weightDecay } : {}
      return { size, epsilon: epsilon * root, ...keep }
    },
    update(parameter, gradient, slots, columns) {
      const coupled = !decoupled && weightDecay > 0
      const g = coupled ? gradient.add(parameter.mul(weightDecay)) : gradient
      const first = slots.first!.mul(beta1).add(g)
      const second = slots.second!.mul(beta2).add(g.square())
      const direction = first.div(second.sqrt().add(columns.epsilon!))
      const kept = columns.keep ? parameter.mul(columns.keep) : parameter
      return { parameter: kept.sub(direction.mul(columns.size!)), slots: { first, second } }
    },
  }
}

export function optimizer(config: TrainConfig): Optimizer {
  switch (config.optimizer) {
    case 'sgd':
      return sgd(config)
    case 'adam':
      return adam(config, false)
    case 'adamw':
      return adam(config, true)
  }
}

/**
 * Gradients scaled down together so that their common Euclidean norm is at most `limit` (Pascanu et al.
 * 2013); the 1e-6 is PyTorch's.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const squares = gradients.map((g) => g.square().sum())
  const norm = squares.reduce((total, square) => total.add(square)).sqrt()
  const factor = norm.add(1e-6).pow(-1).mul(limit).min(1)
  return gradients.map((g) => g.mul(factor))
}
