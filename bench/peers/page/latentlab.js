import { vae } from '../../../dist/models/vae.js'
import { openRuntime } from '../../../dist/runtime/web.js'
import { hostTensor } from '../../../dist/tensor/host.js'
import { build } from '../../../dist/train/build.js'
import { trainConfig } from '../../../dist/train/config.js'
import { initialParameters, initialState } from '../../../dist/train/initial-state.js'
import { trainingProgram } from '../../../dist/train/program.js'
import { trainingPeer } from '../training.mjs'

const lab = { hostTensor, initialParameters, initialState, trainConfig, trainingProgram }

/** The training program of a page, with ONNX Runtime in its worker. */
export async function open({ inputs, hidden, latent, threads, ...training }, images) {
  const info = { exampleShape: [1, 28, 28], dimension: inputs }
  const model = build(vae, vae.config.parse({ hidden, latent }), info)
  const runtime = await openRuntime({ device: 'cpu', threads })
  return trainingPeer(lab, { model, runtime, images, ...training })
}
