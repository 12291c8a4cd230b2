import { expect, it } from 'vitest'
import { UserError } from '../../../src/tensor/errors.ts'
import type { HostTensor } from '../../../src/tensor/host.ts'
import { build } from '../../../src/train/build.ts'
import type { Subject } from './subjects.ts'
import { examplesOf, using } from './trainings.ts'

type Answer = Promise<HostTensor<'float32'>>

const COUNT = 5

/** Expects an array of that shape, all of it finite, where the model can; else a message for its user. */
async function expectAnswer(can: boolean, ask: () => Answer, shape: number[], refusal: RegExp) {
  if (!can) {
    const refused = ask()
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(refusal)
    return
  }
  const answer = await ask()
  expect(answer.shape).toEqual(shape)
  expect(answer.data.every(Number.isFinite)).toBe(true)
}

/** What a model can be asked for follows from what its definition has, and the rest is refused. */
export function itDoesWhatItDeclares(subject: Subject): void {
  const { model, definition } = subject
  const { dimension } = model.info
  const { x, labels } = examplesOf(subject, COUNT)
  const named = new RegExp(`^${definition.name} `)

  it('encodes, decodes and reconstructs where it declares so, and refuses where not', () =>
    using(subject, async (trained) => {
      const codes = [COUNT, model.latent]
      const back = [COUNT, dimension]
      await expectAnswer(!!model.posterior, () => trained.encode(x, labels), codes, named)
      expect(model.latent > 0).toBe(!!model.likelihood)
      const z = model.posterior
        ? await trained.encode(x, labels)
        : { ...x, shape: codes, data: x.data.slice(0, COUNT * model.latent) }
      await expectAnswer(!!model.likelihood, () => trained.decode(z, labels), back, named)
      await expectAnswer(!!model.restore, () => trained.reconstruct(x, labels), back, named)
    }))

  it('samples from its prior and corrupts where it declares so, by the seed', () =>
    using(subject, async (trained) => {
      const sampled = (seed: number) => trained.samplePrior(COUNT, seed)
      await expectAnswer(!!model.prior, () => sampled(1), [COUNT, model.latent], named)
      const corrupted = (seed: number) => trained.corrupt(x, seed)
      const [count, width] = [COUNT, dimension]
      await expectAnswer(!!model.corrupt, () => corrupted(1), [count, width], named)
      for (const draw of [model.prior && sampled, model.corrupt && corrupted]) {
        if (!draw) continue
        expect(await draw(1)).toEqual(await draw(1))
        expect(await draw(1)).not.toEqual(await draw(2))
      }
    }))

  it('refuses arrays of another width, naming both', () =>
    using(subject, async (trained) => {
      const wider = (width: number) => ({
        ...x,
        shape: [1, width + 1],
        data: new Float32Array(width + 1),
      })
      if (model.posterior)
        await expect(trained.encode(wider(dimension), [0])).rejects.toThrow(
          `must have ${dimension} columns for this model, got an array [1, ${dimension + 1}]`,
        )
      if (model.likelihood)
        await expect(trained.decode(wider(model.latent), [0])).rejects.toThrow(
          `must have ${model.latent} columns for this model`,
        )
    }))

  const conditional = model.labels === 'condition'
  it(`${conditional ? 'needs labels of its examples' : 'answers alike with labels and without'}`, () =>
    using(subject, async (trained) => {
      const ask = (given?: ArrayLike<number>) =>
        model.posterior ? trained.encode(x, given) : trained.reconstruct(x, given)
      if (!model.restore) return
      if (!conditional) {
        expect(await ask()).toEqual(await ask(labels))
        return
      }
      await expect(ask()).rejects.toThrow(UserError)
      await expect(ask()).rejects.toThrow(`one for each of ${COUNT} rows, got none`)
      await expect(ask([0])).rejects.toThrow('got 1')
      await expect(ask([0, 1, 2, 3, 4])).rejects.toThrow(
        'is 3, which is not a class of the training data (0, 1, 2)',
      )
      expect(await ask(labels)).not.toEqual(await ask(labels.map((l) => (l + 1) % 3)))
    }))

  if (model.labels)
    it('cannot be built for examples without classes', () => {
      const { classes: _, ...unlabelled } = model.info
      const built = () => build(definition, subject.config, unlabelled)
      expect(built).toThrow(UserError)
      expect(built).toThrow('needs the classes of its examples; give labels')
    })
}
