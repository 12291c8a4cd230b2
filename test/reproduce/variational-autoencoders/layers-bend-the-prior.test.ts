import { describe, expect, it } from 'vitest'
import { vae } from '../../../src/models/vae.ts'
import { decoderLayers } from '../../../src/reproduce/variational-autoencoders/layers-bend-the-prior.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { build } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'

const config = vae.config.parse({ hidden: [7, 5], latent: 3 })
const model = build(vae, config, { exampleShape: [9], dimension: 9 })
const parameters = initialParameters(model, 1)
const runtime = onnx()
const { normal } = stream(0, 'codes')
const codes = hostTensor('float32', [4, 3], Float32Array.from({ length: 12 }, normal))

/** x W + b, rows of x rectified first where `rectified`. */
function linear({ shape, data }: typeof codes, layer: number, rectified: boolean): number[] {
  const weight = parameters[`decoder.${layer}.weight`]!
  const bias = parameters[`decoder.${layer}.bias`]!.data as Float32Array
  const [inputs, width] = weight.shape as [number, number]
  return Array.from({ length: shape[0]! * width }, (_, at) => {
    const [row, unit] = [Math.floor(at / width), at % width]
    let sum = bias[unit]!
    for (let i = 0; i < inputs; i++) {
      const value = data[row * inputs + i]!
      sum += (rectified ? Math.max(0, value) : value) * Number(weight.data[i * width + unit])
    }
    return sum
  })
}

describe('the layers of a decoder', () => {
  it('are the linear maps before each activation, and the logits at last', async () => {
    const layers = await decoderLayers({ model, parameters, runtime }, codes)
    expect(layers.map(({ shape }) => shape)).toEqual([
      [4, 5],
      [4, 7],
      [4, 9],
    ])
    layers.forEach((layer, i) => {
      const expected = linear(i === 0 ? codes : layers[i - 1]!, i, i > 0)
      layer.data.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 5)
      })
    })
    const { data } = await trainedModel(runtime, model, parameters).decode(codes)
    layers[2]!.data.forEach((logit, at) => {
      expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(data[at]!, 5)
    })
  })
})
