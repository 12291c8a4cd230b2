import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoresOf } from '../../src/answers/anomaly/scoring.ts'
import type { Model } from '../../src/app/library/model.ts'
import { packagedModel } from '../../src/app/package/packaged-model.ts'
import { verification } from '../../src/app/package/verify.ts'
import { folderSource, writePackage } from '../../src/package/folder.ts'
import { TOLERANCE } from '../../src/package/goldens.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { onnx } from '../train/onnx.ts'
import { ofImages, ofOthers, ofTables, type ToTrain, trainedOn, triedOn } from './trained.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'latentlab-family-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const folderOf = (title: string, score: string) =>
  join(root, `${title}, ${score}`.replace(/\W+/g, '-'))

/** What a call gives, or the message with which it is refused. */
const outcome = (call: () => Promise<unknown>) =>
  call().catch((error) => {
    if (error instanceof UserError) return error.message
    throw error
  })

/** What a model answers to these examples, call by call. */
async function answers(
  model: Model,
  { given, count, labels }: ReturnType<typeof triedOn>,
  scores: readonly string[],
) {
  const codes = await outcome(() => model.encode(given, { labels }))
  const z = typeof codes === 'string' ? await outcome(() => model.samplePrior(count)) : codes
  const found: Record<string, unknown> = {
    codes,
    z,
    decoded: await outcome(() => model.decode(z as never, { labels })),
    reconstructed: await outcome(() => model.reconstruct(given, { labels })),
    sampled: await outcome(() => model.sample(5, { seed: 3 })),
    denoised: await outcome(() => model.denoise(given, { labels })),
    imputed: await outcome(() => model.impute(given, { labels, samples: 2 })),
  }
  for (const score of scores)
    found[score] = await outcome(() =>
      model.score(given, { labels, score: score as 'bound', falseAlarms: 0.2 }),
    )
  return found
}

async function expectSame(subject: ToTrain) {
  const { model, data } = await trainedOn(subject)
  const tried = triedOn(subject, model, data)
  const scores = scoresOf({ model: model.model })
  for (const score of scores.length > 0 ? scores : (['none'] as const)) {
    const folder = folderOf(subject.title, score)
    await writePackage(folder, await model.export({ score }))
    const {
      sound,
      findings,
      model: ofModel,
      onnx: ofFiles,
    } = await verification(folderSource(folder), () => onnx())
    expect(findings).toEqual([])
    expect(sound).toBe(true)
    expect(ofModel.filter(({ largest, unequal }) => largest + unequal > 0)).toEqual([])
    expect(Math.max(...ofFiles.map(({ largest }) => largest))).toBeLessThan(TOLERANCE)
    if (score !== scores[0] && score !== 'none') continue
    const loaded = await packagedModel(folderSource(folder), () => onnx(), { verify: false })
    expect(await answers(loaded, tried, scores)).toEqual(await answers(model, tried, scores))
    await loaded.close()
  }
  await model.close()
}

describe('a package answers as the trained model', () => {
  it.each(
    [...ofImages, ...ofTables, ...ofOthers].map((subject) => [subject.title, subject] as const),
  )('%s', (_, subject) => expectSame(subject))
})
