import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workingFolder } from '../cli/command-line.ts'
import { compiled } from '../compiled.ts'

type Verbs = typeof import('../../src/entries/node.ts')
type Models = typeof import('../../src/entries/models.ts')

const verbs = (await compiled('entries/node.js')) as Verbs
const { ae, dae, defineModel, number, reconstruction, vae, z } = (await compiled(
  'entries/models.js',
)) as Models
const { train, resume, load, UserError } = verbs
const { latentlab } = workingFolder()

/** An autoencoder with an L1 penalty on its code. */
const sparse = defineModel({
  ...ae,
  name: 'sparse-ae',
  summary: 'Sparse autoencoder: few numbers of a code are far from 0',
  paper: 'Ng 2011',
  config: ae.config.extend({
    sparsity: number(z.number().min(0)).describe('weight of the penalty'),
  }),
  defaults: { batch: 8, lr: 1e-2 },
  terms(m, b) {
    const code = m.posterior(b.x, b).mean() // [B, L]
    return {
      reconstruction: { ...reconstruction(m, b, code), bound: false },
      sparsity: {
        value: code.max(code.neg()).sum([1]),
        weight: m.config.sparsity,
        bound: false,
        unit: 'L1',
      },
    }
  },
})

const rows = Array.from({ length: 80 }, (_, i) =>
  Array.from({ length: 5 }, (_, j) => ((i * (j + 2)) % 9) / 8),
)
const small = { data: rows, hidden: [6], latent: 3, epochs: 2 } as const

/** The message of what is refused: one line for the user. */
async function refusal(call: () => Promise<unknown>): Promise<string> {
  const error = await call().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UserError)
  const { message } = error as Error
  expect(message).not.toContain('\n')
  return message
}

describe('a definition of one’s own', () => {
  let folder: string
  let out: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-own-'))
    out = join(folder, 'sparse')
    await train({ ...small, model: sparse, sparsity: 0.1, out })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is trained with its own options and defaults, under its own name', async () => {
    const config = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))
    expect(config).toMatchObject({
      model: 'sparse-ae',
      options: { sparsity: 0.1, latent: 3, codeActivation: 'linear' },
      train: { batch: 8, lr: 1e-2, epochs: 2 },
    })
  })

  it('is loaded again by its definition, and does what a member of its parts does', async () => {
    const model = await load(out, { model: sparse, data: rows })
    const codes = await model.encode(rows.slice(0, 4))
    expect(codes.shape).toEqual([4, 3])
    expect(await model.decode(codes)).toEqual(await model.reconstruct(rows.slice(0, 4)))
    const { terms, objective } = await model.evaluate('test')
    expect(terms.reconstruction! + 0.1 * terms.sparsity!).toBeCloseTo(objective, 5)
    await expect(model.sample(1)).rejects.toThrow(/sparse-ae/)
    await model.close()
  })

  it('is resumed to the bits of a training that was not stopped', async () => {
    const [halved, straight] = ['halved', 'straight'].map((name) => join(folder, name))
    const options = { ...small, model: sparse, sparsity: 0.1 }
    await train({ ...options, epochs: 1, out: halved! })
    await resume(halved!, { model: sparse, data: rows, epochs: 2 })
    await train({ ...options, out: straight! })
    const [one, other] = await Promise.all(
      [halved, straight].map((run) => load(run!, { model: sparse, checkpoint: 'last' })),
    )
    expect(one!.parameters).toEqual(other!.parameters)
    await Promise.all([one!.close(), other!.close()])
  })

  it('is described, examined and reported on', async () => {
    expect(await verbs.describeRun(out, { model: sparse })).toMatchObject({
      epoch: 2,
      finished: true,
    })
    const diagnosis = await verbs.examine(out, { model: sparse, data: rows, threads: 1 })
    expect(diagnosis).toMatchObject({ checks: 21, unreadable: [] })
    const model = await load(out, { model: sparse, data: rows })
    const { report } = await verbs.writeReport(model)
    await model.close()
    const page = await readFile(report, 'utf8')
    expect(page).toContain('Few numbers'.toLowerCase())
    expect(page).toContain('weight of the penalty')
    expect(page).toContain('a definition of your own')
    expect(page).toContain('{ model: definition')
    expect(page).not.toMatch(/latentlab (train|resume) /)
  })

  it('keeps its name where a variant takes its place', async () => {
    const mine = defineModel({ ...dae, name: 'my-dae' })
    const images = verbs.hostTensor('uint8', [40, 8, 8], new Uint8Array(40 * 64).fill(9))
    const run = join(folder, 'variant')
    const options = { channels: 2, network: 'unet', epochs: 1, batch: 8 } as const
    await train({ model: mine, data: images, ...options, out: run })
    const model = await load(run, { model: mine })
    expect(
      (await model.reconstruct(verbs.hostTensor('uint8', [1, 8, 8], new Uint8Array(64)))).shape,
    ).toEqual([1, 64])
    await model.close()
  })

  it('gives the parameters of a member whose copy it is', async () => {
    const copy = defineModel({ ...vae, name: 'my-vae' })
    await train({ ...small, batch: 8, model: copy, out: join(folder, 'copy') })
    await train({ ...small, batch: 8, model: 'vae', out: join(folder, 'member') })
    const [one, other] = await Promise.all([
      load(join(folder, 'copy'), { model: copy }),
      load(join(folder, 'member'), { model: vae }),
    ])
    expect(one.parameters).toEqual(other.parameters)
    await Promise.all([one.close(), other.close()])
  })

  it('is needed to load, resume and describe its run', async () => {
    for (const call of [load, resume, verbs.describeRun, verbs.examine])
      expect(await refusal(() => call(out))).toMatch(
        /config\.json: sparse-ae is not one of the built-in models; .*load\(folder, \{ model: definition \}\)$/,
      )
  })

  it('must be that of the run', async () => {
    const other = defineModel({ ...sparse, name: 'other-ae' })
    for (const call of [load, resume])
      expect(await refusal(() => call(out, { model: other }))).toMatch(
        /^model: .*config\.json is of a run of sparse-ae, and this is the definition of other-ae/,
      )
    const wider = defineModel({
      ...sparse,
      networks: (config, info, to) => ae.networks({ ...config, hidden: [7] }, info, to),
    })
    expect(await refusal(() => load(out, { model: wider }))).toMatch(/belongs to another model/)
  })

  it('says in one line on the command line that the library loads its run', async () => {
    for (const verb of ['encode', 'evaluate', 'sample', 'inspect', 'resume', 'report', 'doctor']) {
      const ran = await latentlab([verb, out])
      expect(ran, verb).toMatchObject({ code: 2 })
      expect(ran.stderr.trim(), verb).toMatch(
        /^[^\n]*sparse-ae is not one of the built-in models;[^\n]*\{ model: definition \}\)$/,
      )
    }
  })

  const options = { ...small, out: 'nowhere' }
  class Definition {
    readonly name = 'an-instance'
  }
  const { networks: _, ...unbuilt } = sparse
  const { terms: __, ...lossless } = sparse
  const withSchema = (config: object) => ({ ...sparse, config })
  it.each([
    ['null', null, /^model: expected the name of a model, or a definition.*got null$/],
    ['a number', 3, /^model: expected the name of a model, or a definition.*got 3$/],
    ['a list', [sparse], /^model: expected .*got a value of type Array$/],
    ['an instance', new Definition(), /^model: expected .*got a value of type Definition$/],
    ['nothing', {}, /^model\.name: expected a text, got undefined$/],
    ['one without networks', unbuilt, /^model\.networks: expected a function, got undefined$/],
    ['one without a loss', lossless, /^model: sparse-ae has no loss; give .*terms, phases/],
    ['terms that are none', { ...sparse, terms: {} }, /^model\.terms: expected a function/],
    ['a list of phases', { ...sparse, phases: [] }, /^model\.phases: expected an object/],
    ['a name of two lines', { ...sparse, name: 'a\nb' }, /^model\.name: expected letters/],
    ['a config of defaults', withSchema({ latent: 2 }), /^model\.config: expected the schema/],
    ['a schema of a text', withSchema(z.string()), /^model\.config: expected the schema/],
    [
      'the name of a member',
      { ...vae },
      /^model: vae is the name of a built-in model, and this .* give it a name of its own$/,
    ],
    [
      'an option of the training',
      withSchema(z.strictObject({ lr: number() })),
      /^model\.config: lr is an option of every training already/,
    ],
    [
      'a default of no option',
      { ...sparse, defaults: { epoch: 3 } },
      /^epoch: the training of sparse-ae has no such option; did you mean epochs\?$/,
    ],
    [
      'options that are not stored',
      withSchema(ae.config.extend({ on: z.date().default(() => new Date(0)) })),
      /^model\.config: the options of sparse-ae change when they are written/,
    ],
  ])('is refused in one line where it is %s', async (_, model, message) => {
    expect(await refusal(() => train({ ...options, model } as never))).toMatch(message)
  })

  it('names an unknown option of its own, and one that is missing', async () => {
    const unknown = { ...options, model: sparse, sparsity: 1, sparsty: 2 }
    expect(await refusal(() => train(unknown as never))).toMatch(
      /^sparsty: sparse-ae has no such option; did you mean sparsity\?$/,
    )
    const nameless = { ...options, model: sparse, sparsity: 1, qqqqqqq: 2 }
    expect(await refusal(() => train(nameless as never))).toMatch(
      /^qqqqqqq: sparse-ae has no such option; known are .*sparsity.*epochs/,
    )
    expect(await refusal(() => train({ ...options, model: sparse }))).toMatch(/^sparsity: /)
  })
})
