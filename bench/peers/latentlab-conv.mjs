// Latentlab's training step of a convolutional VAE, its convolutions in ONNX Runtime's channel blocks
// (as the product runs them in Node) or plain.
import * as ort from 'onnxruntime-node'
import { built } from './built.mjs'
import { networks, SIDE } from './conv-networks.mjs'
import { serve } from './serve.mjs'
import { TRAINING_MODULES, trainingPeer } from './training.mjs'

/**
 * @param {import('../settings.js').ConvSetting & { images: string, threads: number, blocks: boolean }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
async function openConv({ latent, channels, kernels, threads, blocks, ...training }) {
  const lab = await built({ ...TRAINING_MODULES, 'runtime/local.js': ['localRuntime'] })
  const definition = { ...lab.vae, networks: networks({ channels, kernels }) }
  const info = { exampleShape: [1, SIDE, SIDE], dimension: SIDE * SIDE }
  const model = lab.build(definition, lab.vae.config.parse({ latent }), info)
  const options = { device: 'cpu', threads }
  const runtime = blocks
    ? lab.openRuntime(options)
    : lab.localRuntime(ort, 'onnxruntime-node, plain ONNX', options)
  return trainingPeer(lab, { model, runtime, ...training })
}

await serve(openConv)
