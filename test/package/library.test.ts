import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compiled } from '../compiled.ts'

type Library = typeof import('../../src/entries/node.ts')

const rows = Array.from({ length: 80 }, (_, i) =>
  Float32Array.from({ length: 5 }, (_, j) => ((i * (j + 2)) % 9) / 8),
)

describe('the library in Node, on arrays', () => {
  let lab: Library
  let folder: string
  const small = { hidden: [6], latent: 2, batch: 8, epochs: 2, lr: 1e-2 }

  beforeAll(async () => {
    lab = (await compiled('entries/node.js')) as Library
    folder = await mkdtemp(join(tmpdir(), 'latentlab-library-'))
    await lab.train({ ...small, data: rows, out: join(folder, 'run') })
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('takes options as the command line does, and rows as well as arrays', async () => {
    const flat = lab.hostTensor('float32', [80, 5], Float32Array.from(rows.flatMap((r) => [...r])))
    const text = { hidden: '6', latent: '2', batch: '8', epochs: '2', lr: '1e-2' } as object
    await lab.train({ ...text, data: flat, out: join(folder, 'same') })
    const [one, other] = await Promise.all(
      ['run', 'same'].map((name) => lab.load(join(folder, name))),
    )
    expect(other!.parameters).toEqual(one!.parameters)
    expect(other!.config).toEqual(one!.config)
    await Promise.all([one!.close(), other!.close()])
  })

  it('evaluates a run of arrays when it is given them again, and only then', async () => {
    const labels = rows.map((_, i) => i % 2)
    const without = await lab.load(join(folder, 'run'))
    await expect(without.evaluate('test')).rejects.toThrow(/was trained on an array.*load\(folder/)
    await without.close()

    const other = await lab.load(join(folder, 'run'), { data: rows.slice(1) })
    await expect(other.evaluate('test')).rejects.toThrow(/the data has changed/)
    await other.close()

    const labelled = await lab.load(join(folder, 'run'), { data: rows, labels })
    await expect(labelled.evaluate('test')).rejects.toThrow(/the data has changed/)
    await labelled.close()

    const model = await lab.load(join(folder, 'run'), { data: rows })
    const { examples, objective, terms } = await model.evaluate('test')
    expect(examples).toBe(8)
    expect(terms.reconstruction! + terms.kl!).toBeCloseTo(objective, 10)
    await model.close()
  })

  it('interpolates from one reconstruction to the other, and samples what it decodes', async () => {
    const model = await lab.load(join(folder, 'run'))
    const example = (i: number) => lab.hostTensor('float32', [1, 5], rows[i]!)
    const { latent, pixel } = await model.interpolate(example(0), example(7), { steps: 4 })
    const ends = [await model.reconstruct(example(0)), await model.reconstruct(example(7))]
    expect(latent.data.slice(0, 5)).toEqual(ends[0]!.data)
    expect(latent.data.slice(15)).toEqual(ends[1]!.data)
    expect(pixel.data.slice(15)).toEqual(rows[7])
    expect(await model.sample(3, { seed: 9 })).toEqual(
      await model.decode(await model.samplePrior(3, { seed: 9 })),
    )
    await model.close()
  })

  it('trains a conditional model, samples each class, and transfers styles', async () => {
    const labels = rows.map((_, i) => i % 3)
    const out = join(folder, 'conditional')
    await lab.train({ ...small, model: 'cvae', data: rows, labels, out })
    const model = await lab.load(out)
    const codes = await model.samplePrior(6, { seed: 1 })
    expect(await model.sample(6, { seed: 1 })).toEqual(
      await model.decode(codes, { labels: [0, 0, 1, 1, 2, 2] }),
    )
    expect(await model.sample(6, { seed: 1, labels: 2 })).toEqual(
      await model.decode(codes, { labels: [2, 2, 2, 2, 2, 2] }),
    )
    const x = lab.hostTensor('float32', [1, 5], rows[4]!)
    const { values, classes } = await model.styleTransfer(x, { labels: [1] })
    expect({ classes, shape: values.shape }).toEqual({ classes: 3, shape: [3, 5] })
    expect(values.data.slice(5, 10)).toEqual((await model.reconstruct(x, { labels: [1] })).data)
    await expect(model.encode(x)).rejects.toThrow(/is conditioned on labels: it needs one for each/)
    await model.close()
  })

  it.each([
    [{ data: [[0, 1], [1]] }, /data: row 1 \(counted from 0\) has 1 numbers; expected 2/],
    [{ data: [] }, /has no rows/],
    [{ data: rows, labels: [1, 2] }, /2 labels for the 80 rows/],
    [{ data: rows, out: '' }, /out: expected the name of a new folder/],
    [{ data: rows, epoch: 3 }, /epoch: vae has no such option; did you mean epochs\?/],
  ] as const)('refuses %j', async (options, message) => {
    const out = join(folder, 'refused')
    const asked = { ...small, out, ...options } as unknown as Parameters<Library['train']>[0]
    const refusal = await lab.train(asked).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(lab.UserError)
    expect((refusal as Error).message).toMatch(message)
  })
})
