import { expect, it } from 'vitest'
import { bitsOf } from '../../train/tiny.ts'
import type { Subject } from './subjects.ts'
import { examplesOf, type Outcome, outcomeOf, training, using } from './trainings.ts'

/** Everything that a training leaves behind, but for what the clock measured. */
const bits = ({ last }: Outcome) => ({
  arrays: bitsOf(last.arrays),
  progress: { ...last.progress, seconds: 0, metricsBytes: 0 },
})

/** What it computes is a function of the seed and of nothing else. */
export function itIsAFunctionOfItsSeed(subject: Subject): void {
  const { model } = subject

  it('gives the same bytes for the same seed, however its steps are cut into calls', async () => {
    const whole = await training(subject)
    expect(whole.reason).toBe('finished')
    const other = await outcomeOf(subject, {}, { stepsPerCall: 3, saveEvery: 100 })
    expect(bits(other)).toEqual(bits(whole))
  })

  if (!model.fit)
    it('gives other bytes for another seed, in every parameter', async () => {
      const [one, two] = [await training(subject), await outcomeOf(subject, { seed: 1, epochs: 1 })]
      const [first, second] = [bitsOf(one.last.arrays), bitsOf(two.last.arrays)]
      for (const name of model.parameters.keys()) expect(second[name], name).not.toBe(first[name])
    })

  it('moves every parameter that it says it trains', async () => {
    const { last } = await training(subject)
    const trained = model.stages.flatMap(({ phases }) => phases.flatMap((phase) => phase.trains))
    expect(Object.keys(last.arrays)).toEqual(expect.arrayContaining([...model.parameters.keys()]))
    await using(subject, async ({ parameters: initial }) => {
      const [before, after] = [bitsOf(initial), bitsOf(last.arrays)]
      for (const { name } of trained) expect(after[name], name).not.toBe(before[name])
    })
  })
}

/** A checkpoint is the model. */
export function itComesBackFromItsCheckpoint(subject: Subject): void {
  it('answers the same, bit for bit, when it is saved and loaded', async () => {
    const { last, unsaved } = await training(subject)
    const answers = (arrays: Outcome['last']['arrays']) =>
      using(
        subject,
        async (trained) => {
          const { x, labels } = examplesOf(subject, 5)
          const { posterior, prior, restore } = subject.model
          const z = posterior && (await trained.encode(x, labels))
          const drawn = prior && (await trained.samplePrior(5, 3))
          return bitsOf({
            ...(z && { z }),
            ...(drawn && { decoded: await trained.decode(drawn, labels) }),
            ...(restore && { restored: await trained.reconstruct(x, labels) }),
          })
        },
        arrays,
      )
    const loaded = await answers(last.arrays)
    expect(Object.keys(loaded).length).toBeGreaterThan(0)
    expect(loaded).toEqual(await answers(unsaved.arrays))
    expect(last.model).toBe(subject.definition.name)
  })
}

/** Where a checkpoint lies in its training. */
function placeOf({ progress }: Outcome['last'], stages: number, epochs: number): string {
  const { stage, step, epoch } = progress
  const part = stage === stages - 1 ? 'the last stage' : stage === 0 ? 'the first' : 'a stage'
  if (step === 0) return `the start of ${part}`
  if (epoch === epochs) return `the end of ${part}`
  return `${step % 3 === 0 ? 'between epochs' : 'within an epoch'} of ${part}`
}

/** A training that was interrupted ends where an undisturbed one does: parameters and slots, bit for bit. */
export function itResumesExactly(subject: Subject): void {
  const { model } = subject
  if (model.fit) {
    it('leaves nothing behind when it is cancelled, and nothing to do when it is done', async () => {
      const whole = await training(subject)
      const cancelled = await outcomeOf(subject, {}, { signal: AbortSignal.abort() })
      expect([cancelled.reason, cancelled.saved.length]).toEqual(['cancelled', 0])
      const again = await outcomeOf(subject, {}, { from: whole.last })
      expect([again.reason, again.saved.length]).toEqual(['finished', 0])
    })
    return
  }

  it('resumes to the same bits from one checkpoint of every kind of place', async () => {
    const whole = await training(subject)
    const epochs = (i: number) => model.stages[i]!.epochs ?? 2
    const places = new Map(
      whole.saved.map((checkpoint) => [
        placeOf(checkpoint, model.stages.length, epochs(checkpoint.progress.stage)),
        checkpoint,
      ]),
    )
    expect([...places.keys()]).toEqual(
      expect.arrayContaining([
        'within an epoch of the last stage',
        'between epochs of the last stage',
        'the end of the last stage',
        ...(model.stages.length > 1
          ? [
              'within an epoch of the first',
              'between epochs of the first',
              'the end of the first',
              'the end of a stage',
            ]
          : []),
      ]),
    )
    for (const [place, from] of places) {
      const resumed = await outcomeOf(subject, {}, { from, saveEvery: 100 })
      expect(bits(resumed), place).toEqual(bits(whole))
    }
  })

  it('resumes to the same bits when it was told to stop', async () => {
    const controller = new AbortController()
    const first = await outcomeOf(
      subject,
      {},
      {
        signal: controller.signal,
        stepsPerCall: 1,
        onEvent: ({ type }) => type === 'progress' && controller.abort(),
      },
    )
    expect(first.reason).toBe('cancelled')
    expect(first.last.progress).toMatchObject({ stage: 0, step: 1 })
    const resumed = await outcomeOf(subject, {}, { from: first.last, stepsPerCall: 3 })
    expect(bits(resumed)).toEqual(bits(await training(subject)))
  })
}
