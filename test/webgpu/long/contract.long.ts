import { afterAll, describe, expect, it } from 'vitest'
import { exampleLosses } from '../../../src/evaluate/loss/example-losses.ts'
import { evaluator } from '../../../src/evaluate/loss/terms.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { everyMemberTrainsAndAnswers } from '../../models/contract/contract.ts'
import { kinds, type Setting } from '../../models/contract/data.ts'
import { compareWithReference } from '../../models/contract/reference.ts'
import { compareIntegers } from '../../models/contract/step-integers.ts'
import { everyMember, type Subject } from '../../models/contract/subjects.ts'
import {
  examplesOf,
  outcomeOf,
  runtimeOf,
  training,
  using,
} from '../../models/contract/trainings.ts'
import { webgpuOf } from '../runtime.ts'
import { requireSoftwareGpu } from '../software-device.ts'

/** float32 has 24 bits, of which sums over pixels and layers lose some. */
const RELATIVE = 1e-4

const gpu = await requireSoftwareGpu()
afterAll(() => gpu.destroy())

/** Where the same subject is computed otherwise. */
const onCpu = ({ setting: { runtime: _, ...setting }, ...subject }: Subject): Subject => ({
  ...subject,
  setting,
})

/** How far numbers are from those expected, as a share of the norm of these. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length)
  const differences = Array.from(found, (x, i) => x - expected[i]!)
  return Math.hypot(...differences) / Math.max(1e-2, Math.hypot(...Array.from(expected)))
}

/** What a trained model answers, by the question. */
async function answers(subject: Subject, cpu: Subject): Promise<Record<string, ArrayLike<number>>> {
  const { last } = await training(cpu)
  const { model, setting } = subject
  return using(
    subject,
    async (trained) => {
      const { x, labels } = examplesOf(subject, 5)
      const { posterior, prior, restore, corrupt, likelihood } = model
      const drawn = prior && (await trained.samplePrior(5, 3))
      const found: Record<string, { data: ArrayLike<number> } | false | undefined> = {
        encode: posterior && (await trained.encode(x, labels)),
        samplePrior: drawn,
        decode: likelihood && drawn && (await trained.decode(drawn, labels)),
        reconstruct: restore && (await trained.reconstruct(x, labels)),
        corrupt: corrupt && (await trained.corrupt(x, 4)),
      }
      const numbers = Object.entries(found).flatMap(([name, one]) =>
        one ? [[name, one.data]] : [],
      )
      if (model.fit) return Object.fromEntries(numbers)
      const losses = await exampleLosses(trained, x, { seed: 5, labels })
      const measuring = await evaluator(runtimeOf(subject), model, setting.data, 6)
      const { terms, objective } = await measuring.evaluate(trained.parameters, 'test')
      await measuring.close()
      return {
        ...Object.fromEntries(numbers),
        ...Object.fromEntries(
          Object.entries(losses.terms).map(([name, v]) => [`score ${name}`, v]),
        ),
        ...Object.fromEntries(Object.entries(terms).map(([name, v]) => [`evaluate ${name}`, [v]])),
        evaluate: [objective],
      }
    },
    last.arrays,
  )
}

/** Why a training ends that continues from a checkpoint of the CPU's in which a weight is not a number. */
async function failure(subject: Subject, cpu: Subject): Promise<string> {
  const [from] = (await training(cpu)).saved
  const { name } = subject.model.stages[0]!.phases[0]!.trains[0]!
  const { shape, data } = from!.arrays[name]!
  const spoiled = Float32Array.from(data as Float32Array).fill(Number.NaN, 0, 1)
  const arrays = { ...from!.arrays, [name]: hostTensor('float32', shape, spoiled) }
  return outcomeOf(subject, {}, { from: { ...from!, arrays } }).then(
    () => 'it did not end',
    (error: unknown) => (error as Error).message,
  )
}

/** Claims that compare the device with the CPU. */
function itIsNearTheCpu(subject: Subject): void {
  const { model } = subject
  const cpu = onCpu(subject)
  if (!model.fit) {
    it('computes the integers of a step as the CPU does, to the bit', () =>
      compareIntegers(subject))
    it('makes the first step of the reference', () => compareWithReference(subject))
    it('blames the same step and term for what is not finite', async () => {
      const expected = await failure(cpu, cpu)
      expect(expected).toMatch(/^training stopped at step \d+ .* is NaN for/)
      expect(await failure(subject, cpu)).toBe(expected)
    })
  }
  it('answers as the CPU does', async () => {
    const [found, expected] = [await answers(subject, cpu), await answers(cpu, cpu)]
    expect(Object.keys(found)).toEqual(Object.keys(expected))
    for (const [name, values] of Object.entries(expected))
      expect(distance(found[name]!, values), name).toBeLessThan(RELATIVE)
  })
}

const runtime = () => webgpuOf(gpu)
describe.each(Object.values(kinds))('the contract of the family on $name', (kind) => {
  const setting: Setting = { ...kind, runtime }
  describe.each(everyMember(setting))('near the CPU: $title', itIsNearTheCpu)
  everyMemberTrainsAndAnswers(setting)
})
