// TensorFlow.js on its WebAssembly backend, with its own Adam.
import * as tf from '@tensorflow/tfjs'
import { layerShapes } from '../settings.js'

/**
 * TensorFlow.js as a peer, in Node and in a page, once its files of WebAssembly can be found.
 *
 * @param {import('../settings.js').Setting} setting
 * @param {(step: number) => Float32Array} batchAt
 * @param {string} backend what its version says of how it runs
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
export async function tfjsPeer(setting, batchAt, backend = 'wasm') {
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start')
  await tf.ready()

  const { batch, inputs } = setting
  const negativeElbo = openModel(setting)
  const adam = tf.train.adam(setting.learningRate, 0.9, 0.999, 1e-8)
  let count = 0

  return {
    version: `${tf.version.tfjs} ${backend}`,
    async run(steps) {
      let loss = 0
      const start = performance.now()
      for (let i = 0; i < steps; i++) {
        const x = tf.tensor2d(batchAt(count++), [batch, inputs])
        const value = adam.minimize(() => negativeElbo(x), true)
        loss += value.dataSync()[0]
        tf.dispose([x, value])
      }
      return { ms: (performance.now() - start) / steps, loss: loss / steps }
    },
  }
}

/** Makes the variables; the function returned gives the loss of a batch `[B, D]`, nats per image. */
function openModel(setting) {
  const shapes = layerShapes(setting)
  const encoder = shapes.encoder.map(variables)
  const decoder = shapes.decoder.map(variables)
  return (x) => {
    const [mu, logVar] = tf.split(mlp(encoder, x), 2, 1)
    const z = mu.add(tf.randomNormal(mu.shape).mul(logVar.mul(0.5).exp()))
    const logits = mlp(decoder, z)
    const crossEntropy = logits.softplus().sub(x.mul(logits)).sum()
    const kl = mu.square().add(logVar.exp()).sub(logVar).sub(1).sum().mul(0.5)
    return crossEntropy.add(kl).div(setting.batch)
  }
}

function mlp(layers, input) {
  return layers.reduce((x, { weight, bias }, i) => {
    const sum = tf.matMul(x, weight).add(bias)
    return i < layers.length - 1 ? tf.relu(sum) : sum
  }, input)
}

function variables([rows, columns]) {
  const bound = 1 / Math.sqrt(rows)
  const uniform = (shape) => tf.variable(tf.randomUniform(shape, -bound, bound))
  return { weight: uniform([rows, columns]), bias: uniform([columns]) }
}
