// Latentlab's training step of a convolutional VAE, its convolutions in ONNX Runtime's channel blocks
// (as the product runs them in Node) or plain.
import { readImages } from './batches.mjs'
import { built } from './built.mjs'
import { CONV_MODULES, convModel } from './conv-networks.mjs'
import { serve } from './serve.mjs'
import { TRAINING_MODULES, trainingPeer } from './training.mjs'

/**
 * @param {import('../settings.js').ConvSetting & { images: string, threads: number, blocks: boolean, device?: string }} setting
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
async function openConv({ threads, blocks, images, device = 'cpu', ...setting }) {
  const wanted = { ...TRAINING_MODULES, ...CONV_MODULES, 'runtime/local.js': ['localRuntime'] }
  const lab = await built(wanted)
  const model = convModel(lab, setting)
  const options = { device, threads }
  const runtime = blocks
    ? lab.openRuntime(options)
    : lab.localRuntime(await onnxRuntime(), 'onnxruntime-node, plain ONNX', options)
  return trainingPeer(lab, { model, runtime, images: readImages(images), ...setting })
}

/** Loaded only where it is needed: beside it the product would run in another process, whose time is not counted. */
const onnxRuntime = () => import('onnxruntime-node')

await serve(openConv)
