// jax-js on its WebAssembly backend: value, gradient and Adam in one jitted step.
import { defaultDevice, init, jit, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax'
import { layerShapes } from '../settings.js'

const BETA1 = 0.9
const BETA2 = 0.999

/**
 * jax-js as a peer, in Node and in a page.
 *
 * @param {import('../settings.js').Setting} setting
 * @param {(step: number) => Float32Array} batchAt
 * @param {string} version
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
export async function jaxJsPeer(setting, batchAt, version) {
  await init('wasm')
  defaultDevice('wasm')
  const { batch, inputs, latent } = setting
  const step = trainingStep(setting)

  let parameters = initialParameters(setting)
  let first = zerosLike(parameters)
  let second = zerosLike(parameters)
  let count = 0

  return {
    version,
    async run(steps) {
      let loss = 0
      const start = performance.now()
      for (let i = 0; i < steps; i++) {
        const x = np.array(batchAt(count)).reshape([batch, inputs])
        count += 1
        const epsilon = random.normal(random.key(count), [batch, latent])
        const unbias = np.array([1 / (1 - BETA1 ** count), 1 / (1 - BETA2 ** count)])
        let value
        ;[value, parameters, first, second] = step(parameters, first, second, x, epsilon, unbias)
        loss += await value.jsAsync()
      }
      return { ms: (performance.now() - start) / steps, loss: loss / steps }
    },
  }
}

// An array is consumed by its first use; `.ref` keeps it for another.
function trainingStep({ batch, latent, learningRate }) {
  const negativeElbo = ({ encoder, decoder }, x, epsilon) => {
    const [mu, logVar] = np.split(mlp(encoder, x.ref), [latent], 1)
    const z = mu.ref.add(epsilon.mul(np.exp(logVar.ref.mul(0.5))))
    const logits = mlp(decoder, z)
    const crossEntropy = nn.softplus(logits.ref).sub(x.mul(logits)).sum()
    const kl = mu.ref.mul(mu).add(np.exp(logVar.ref)).sub(logVar).sub(1).sum().mul(0.5)
    return crossEntropy.add(kl).mul(1 / batch)
  }
  return jit((parameters, first, second, x, epsilon, unbias) => {
    const [loss, gradient] = valueAndGrad(negativeElbo)(tree.ref(parameters), x, epsilon)
    const m = tree.map((a, g) => a.mul(BETA1).add(g.mul(1 - BETA1)), first, tree.ref(gradient))
    const v = tree.map((a, g) => a.mul(BETA2).add(g.ref.mul(g).mul(1 - BETA2)), second, gradient)
    const [unbias1, unbias2] = np.split(unbias, 2)
    const updated = tree.map(
      (p, a, b) => {
        const scale = np.sqrt(b.mul(unbias2.ref)).add(1e-8)
        return p.sub(a.mul(unbias1.ref).mul(learningRate).div(scale))
      },
      parameters,
      tree.ref(m),
      tree.ref(v),
    )
    unbias1.dispose()
    unbias2.dispose()
    return [loss, updated, m, v]
  })
}

function mlp(layers, input) {
  return layers.reduce((x, { weight, bias }, i) => {
    const sum = np.dot(x, weight).add(bias)
    return i < layers.length - 1 ? nn.relu(sum) : sum
  }, input)
}

function initialParameters(setting) {
  const { encoder, decoder } = layerShapes(setting)
  let seed = 0
  const uniform = (shape, bound) =>
    random.uniform(random.key(seed++), shape, { minval: -bound, maxval: bound })
  const layer = ([rows, columns]) => {
    const bound = 1 / Math.sqrt(rows)
    return { weight: uniform([rows, columns], bound), bias: uniform([columns], bound) }
  }
  return { encoder: encoder.map(layer), decoder: decoder.map(layer) }
}

function zerosLike(parameters) {
  return tree.map((a) => np.zeros(a.shape), parameters)
}
