import { describe, expect, it } from 'vitest'
import { decoderGraph } from '../../../src/package/graphs/decoder.ts'
import { encoderGraph } from '../../../src/package/graphs/encoder.ts'
import { packExamples } from '../../../src/package/graphs/pack-rows.ts'
import { restorerGraph } from '../../../src/package/graphs/restorer.ts'
import { sampleGraph } from '../../../src/package/graphs/sample.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { settings } from '../../models/contract/data.ts'
import { everyMember } from '../../models/contract/subjects.ts'
import { onnx } from '../../train/onnx.ts'
import { distance, outputsOf, rowsOf, type Untrained, untrained } from './subjects.ts'

/** |a - b| ≤ 1e-5 (1 + |b|): that of the issue. */
const TOLERANCE = 1e-5

const BATCHES = [1, 3, 40]
const ROWS = 40

function examples({ form, model }: Untrained): Floats {
  const random = stream(1, 'parity examples')
  const { dimension } = model.info
  const [low, high] = form.storage === 'uint8' ? form.range : [-2, 2]
  const value = () => {
    const x = low + (high - low) * random.uniform()
    return form.storage === 'uint8' ? Math.round(x) * form.scale : x
  }
  const data = Float32Array.from({ length: ROWS * dimension }, value)
  return hostTensor('float32', [ROWS, dimension], data, form.scale)
}

const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 3)
const classFeed = (count: number): Arrays => ({
  class: hostTensor('int64', [count], BigInt64Array.from(labels(count), BigInt)),
})

/** Expects the graphs of a model to give what the model gives, for each batch. */
async function expectParity(subject: Untrained, x: Floats) {
  const { model, form, parameters } = subject
  const trained = trainedModel(onnx(), model, parameters)
  const random = stream(2, 'parity codes')
  try {
    for (const count of BATCHES) {
      const rows = rowsOf(x, count)
      const feeds = { ...packExamples(form, rows), ...classFeed(count) }
      const encoder = encoderGraph(model, form)
      if (encoder) {
        const { z } = await outputsOf(subject, encoder, feeds)
        expect(distance(z!, await trained.encode(rows, labels(count)))).toBeLessThan(TOLERANCE)
      }
      const decoder = decoderGraph(model, form)
      const codes = hostTensor(
        'float32',
        [count, model.latent],
        Float32Array.from({ length: count * model.latent }, () => random.normal()),
      )
      if (decoder) {
        const outputs = await outputsOf(subject, decoder, { z: codes, ...classFeed(count) })
        const decoded = await trained.decode(codes, labels(count))
        expectSame(subject, outputs, decoded)
      }
      const restorer = restorerGraph(model, form)
      if (restorer) {
        const outputs = await outputsOf(subject, restorer, feeds)
        const named = Object.entries(outputs).map(([name, value]) => [name.slice(9), value])
        expectSame(subject, Object.fromEntries(named), await trained.reconstruct(rows))
      }
      const sampler = sampleGraph(model, form)
      if (sampler) {
        const noise = sampler.noise(count, 5)
        const { z, ...outputs } = await outputsOf(subject, sampler, {
          ...noise,
          ...classFeed(count),
        })
        const drawn = await trained.samplePrior(count, 5)
        expect(distance(z!, drawn)).toBeLessThan(TOLERANCE)
        expectSame(subject, outputs, await trained.decode(drawn, labels(count)))
      }
      expect(!!encoder || !!decoder || !!restorer).toBe(true)
    }
  } finally {
    await trained.close()
  }
}

/** Outputs in the units of the data against examples as the network sees them. */
function expectSame({ form }: Untrained, outputs: Arrays, x: Floats) {
  const { scale } = form
  const [name, value] = Object.entries(outputs)[0]!
  expect(name).toBe(form.order === 'table' ? 'values' : 'pixels')
  const seen = hostTensor(
    'float32',
    value.shape,
    (value.data as Float32Array).map((v) => v * scale),
  )
  expect(distance(seen, x)).toBeLessThan(TOLERANCE)
}

describe.each([settings.binary, settings.colour, settings.table])(
  'the graphs of a package over $name',
  (setting) => {
    const subjects = everyMember(setting).map(({ title, model }) =>
      untrained(title, model, setting.data.form!),
    )
    it.each(subjects)('give what $title gives', (subject) =>
      expectParity(subject, examples(subject)),
    )
  },
)
