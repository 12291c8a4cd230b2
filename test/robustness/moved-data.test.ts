import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { quarters, workingFolder } from '../cli/command-line.ts'
import { compiled } from '../compiled.ts'
import { outcome } from './runs.ts'

const { load, resume, train } = (await compiled(
  'app/library/node.js',
)) as typeof import('../../src/app/library/node.ts')

const { folder, latentlabs, inFolder } = workingFolder()
const { images, labels } = quarters(80)
const classes = Array.from(labels.data as Int32Array)
const others = hostTensor(
  'uint8',
  images.shape,
  (images.data as Uint8Array).map((x) => x >> 1),
)

writeFileSync(inFolder('images.npy'), writeNpy(images))
writeFileSync(inFolder('labels.npy'), writeNpy(labels))
writeFileSync(inFolder('others.npy'), writeNpy(others))
const both = new Map<string, HostTensor>([
  ['x', images],
  ['y', labels],
])
writeFileSync(inFolder('both.npz'), writeNpz(both))

const [file, labelFile] = [inFolder('images.npy'), inFolder('labels.npy')]
const short = { hidden: [4], latent: 2, batch: 20, epochs: 2, threads: 1 } as const
const stored = (out: string) => JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))
/** Stops after the first epoch. */
async function half(options: Parameters<typeof train>[0]): Promise<void> {
  const controller = new AbortController()
  await train({
    ...options,
    signal: controller.signal,
    onEvent: (event) => event.type === 'epoch' && controller.abort(),
  })
}

let whole: ReturnType<typeof outcome>
beforeAll(async () => {
  await train({ ...short, data: file, labels: labelFile, out: inFolder('whole') })
  whole = outcome(inFolder('whole'))
})

describe('arrays and files, in any mixture', () => {
  const asArray = { data: images, labels: classes }
  const asFile = { data: file, labels: labelFile }
  it.each([
    ['an array, labels in a file', asArray.data, asFile.labels, { data: asArray.data }],
    ['a file, labels in an array', asFile.data, asArray.labels, { labels: asArray.labels }],
    ['arrays', asArray.data, asArray.labels, asArray],
    ['files', asFile.data, asFile.labels, {}],
    ['arrays that are files now', asArray.data, asArray.labels, asFile],
    [
      'arrays that are in one file now',
      asArray.data,
      asArray.labels,
      { data: inFolder('both.npz') },
    ],
    ['files that are arrays now', asFile.data, asFile.labels, asArray],
  ])('%s: resumed to the same bits, and loaded', async (name, data, labels, again) => {
    const out = inFolder(`mixture, ${name}`)
    await half({ ...short, data, labels, out })
    await resume(out, again)
    expect(outcome(out)).toEqual(whole)
    const model = await load(out, again)
    expect((await model.data()).hash).toBe(stored(inFolder('whole')).dataHash)
    await model.close()
  })

  it('are asked for again where they are not given, with the reason', async () => {
    const out = inFolder('of-arrays')
    await half({ ...short, ...asArray, out })
    await expect(resume(out)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /of-arrays was trained on an array, which a run does not hold; pass it again, as in load\(folder, \{ data \}\)[^\n]*\{ data: file \}$/,
      ),
      commandLine: expect.stringMatching(
        /of-arrays was trained on an array, which a run does not hold; pass it again, as in load\(folder, \{ data \}\)[^\n]*--data FILE$/,
      ),
    })
    await expect(resume(out, { data: images })).rejects.toThrow(/trained on an array of labels/)
    const model = await load(out, { data: others, labels: classes })
    await expect(model.evaluate('test')).rejects.toThrow(
      /^array: the data has changed .* expected [0-9a-f]{12} of examples of shape \[1, 8, 8\] with labels$/,
    )
    await model.close()
  })

  it('have full paths where they are files, whatever stands beside them', async () => {
    const before = process.cwd()
    process.chdir(folder)
    try {
      await train({ ...short, epochs: 1, data: images, labels: 'labels.npy', out: 'relative' })
    } finally {
      process.chdir(before)
    }
    expect(stored(inFolder('relative')).data).toMatchObject({ data: 'array', labels: labelFile })
  })
})

describe('data that has moved', () => {
  const run = inFolder('moved')
  beforeAll(async () => {
    cpSync(file, inFolder('before.npy'))
    await half({ ...short, data: inFolder('before.npy'), labels: labelFile, out: run })
    renameSync(inFolder('before.npy'), inFolder('after.npy'))
  })

  const verbs = [
    'evaluate moved',
    'doctor moved',
    'report moved',
    'reconstruct moved',
    'interpolate moved',
    'resume moved --no-report --quiet',
  ]

  it('is said to be gone, with what to do', async () => {
    for (const { code, stdout, stderr } of await latentlabs(verbs)) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        /^latentlab: \S+before\.npy: there is no such file, and moved was trained on it; if it has moved, say where it is with --data FILE, or \{ data \}/,
      )
    }
  })

  it('is refused where it is other data', async () => {
    for (const { code, stdout, stderr } of await latentlabs(
      verbs.map((verb) => `${verb} --data others.npy`),
    )) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        /^latentlab: \S*others\.npy: the data has changed .*its hash is [0-9a-f]{12}, expected [0-9a-f]{12}/,
      )
    }
    expect(stored(run).data.data).toBe(inFolder('before.npy'))
  })

  it('is found by --data, in every verb that opens it', async () => {
    const reading = verbs.filter((verb) => !verb.startsWith('resume'))
    for (const ended of await latentlabs(reading.map((verb) => `${verb} --data after.npy`)))
      expect(ended).toMatchObject({ code: 0 })
    expect(existsSync(join(run, 'report.html'))).toBe(true)
    expect(stored(run).data.data).toBe(inFolder('before.npy'))
    const model = await load(run, { data: inFolder('after.npy') })
    expect((await model.data()).hash).toBe(stored(run).dataHash)
    await model.close()
  })

  it('is recorded where resume finds it, with the step', async () => {
    const [ended] = await latentlabs(['resume moved --no-report --quiet --data after.npy'])
    expect(ended).toMatchObject({ code: 0 })
    expect(outcome(run)).toEqual(whole)
    const { data, history } = stored(run)
    expect(data.data).toBe(inFolder('after.npy'))
    expect(history).toEqual([
      {
        stage: 0,
        step: 3,
        before: { data: inFolder('before.npy') },
        after: { data: inFolder('after.npy') },
      },
    ])
    const [again] = await latentlabs(['evaluate moved --json'])
    expect(again).toMatchObject({ code: 0 })
  })
})
