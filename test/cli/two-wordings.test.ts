import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { compiled } from '../compiled.ts'
import { type Ended, workingFolder } from './command-line.ts'

type Library = typeof import('../../src/entries/node.ts')

const { latentlabs, inFolder } = workingFolder()
const small = { hidden: [4], latent: 2, batch: 8, epochs: 2, validation: 0 }
const flags = '--hidden 4 --latent 2 --batch 8 --epochs 2 --validation 0'
const [run, out, data] = [inFolder('run'), inFolder('out'), inFolder('rows.npy')]

/** One fault: the library's call, the command, and what each says. */
interface Fault {
  call(lab: Library): Promise<unknown>
  readonly command: string
  /** Named by both, by the command line as a flag; undefined where they name none. */
  readonly option?: string
  readonly library: string
  readonly commandLine: string
}

async function used<T>(
  lab: Library,
  name: string,
  use: (model: Awaited<ReturnType<Library['load']>>) => Promise<T>,
): Promise<T> {
  const model = await lab.load(inFolder(name))
  return use(model).finally(() => model.close())
}

const train = (options: object) => (lab: Library) =>
  lab.train({ ...small, data, out, ...options } as never)

const faults: Readonly<Record<string, Fault>> = {
  'an unknown model': {
    call: train({ model: 'vaee' }),
    command: `train --model vaee --data ${data} --out ${out}`,
    option: 'model',
    library: "model 'vaee': there is no such model; did you mean vae? (known: ",
    commandLine: '--model vaee: there is no such model; did you mean vae? (known: ',
  },
  'an option of other models': {
    call: (lab) => lab.train({ model: 'pca', data, freeBits: 1, out } as never),
    command: `train --config ${inFolder('pca.json')} --out ${out}`,
    option: 'model',
    library: "freeBits: pca has no such option; it belongs to model 'vae', 'cvae'",
    commandLine: 'freeBits: pca has no such option; it belongs to --model vae, cvae',
  },
  'an option of no model': {
    call: (lab) => lab.train({ model: 'pca', data, zzzzzz: 1, out } as never),
    command: `train --config ${inFolder('none.json')} --out ${out}`,
    library: "zzzzzz: pca has no such option; see trainingOptions('pca')",
    commandLine: 'zzzzzz: pca has no such option; see latentlab train --model pca --help',
  },
  'a folder that exists': {
    call: train({ out: run }),
    command: `train --data ${data} ${flags} --out ${run}`,
    option: 'out',
    library: `${run} exists already and is not overwritten; choose another out, or continue it with: resume('${run}')`,
    commandLine: `${run} exists already and is not overwritten; choose another --out, or continue it with: latentlab resume ${run}`,
  },
  'values beyond the likelihood': {
    call: train({ data: inFolder('wide.npy'), likelihood: 'bernoulli' }),
    command: `train --data ${inFolder('wide.npy')} --likelihood bernoulli ${flags} --out ${out}`,
    option: 'likelihood',
    library: "is 2; use likelihood: 'gaussian'",
    commandLine: 'is 2; use --likelihood gaussian',
  },
  'binary values beyond 0 and 1': {
    call: train({ data: inFolder('wide.npy'), binarize: 'static' }),
    command: `train --data ${inFolder('wide.npy')} --binarize static ${flags} --out ${out}`,
    option: 'binarize',
    library: "scale the data or use binarize: 'none'",
    commandLine: 'scale the data or use --binarize none',
  },
  'channels that may be first or last': {
    call: train({ data: inFolder('channels.npy') }),
    command: `train --data ${inFolder('channels.npy')} ${flags} --out ${out}`,
    option: 'layout',
    library: "say which with layout: 'chw' or layout: 'hwc'",
    commandLine: 'say which with --layout chw or --layout hwc',
  },
  'a described file of such channels': {
    call: async (lab) => {
      const [array] = (await lab.describeFile(inFolder('channels.npy'))).arrays
      throw new lab.UserError(array!.reading!)
    },
    command: `inspect --data ${inFolder('channels.npy')}`,
    option: 'layout',
    library: "say which with layout: 'chw' or layout: 'hwc'",
    commandLine: 'say which with --layout chw or --layout hwc',
  },
  'too many rows cut off': {
    call: train({ validation: 100, test: 5 }),
    command: `train --data ${data} --validation 100 --test 5 --out ${out}`,
    option: 'validation',
    library: 'leave none to train on; choose a smaller validation or test',
    commandLine: 'leave none to train on; choose a smaller --validation or --test',
  },
  'patience without validation': {
    call: train({ patience: 3 }),
    command: `train --data ${data} ${flags} --patience 3 --out ${out}`,
    option: 'validation',
    library: 'without validation examples; give validation, or patience: 0',
    commandLine: 'without validation examples; give --validation, or --patience 0',
  },
  'no labels for a conditional model': {
    call: train({ model: 'cvae' }),
    command: `train --data ${data} --model cvae ${flags} --out ${out}`,
    option: 'labels',
    library: 'cvae needs the classes of its examples; give labels',
    commandLine: 'cvae needs the classes of its examples; give --labels',
  },
  'no labels of a test set': {
    call: train({ model: 'cvae', labels: inFolder('labels.npy'), testData: data }),
    command: `train --data ${data} --labels ${inFolder('labels.npy')} --test-data ${data} --model cvae ${flags} --out ${out}`,
    option: 'testLabels',
    library: 'those of the test split have none; give testLabels',
    commandLine: 'those of the test split have none; give --test-labels',
  },
  'a prior over the plane': {
    call: train({ model: 'aae', latent: 3, prior: 'swiss-roll' }),
    command: `train --data ${data} --model aae --prior swiss-roll --hidden 4 --latent 3 --validation 0 --out ${out}`,
    option: 'latent',
    library: 'prior: swiss-roll is a prior over the plane; give latent: 2',
    commandLine: 'prior: swiss-roll is a prior over the plane; give --latent 2',
  },
  'importance samples with free bits': {
    call: train({ importanceSamples: 3, freeBits: 1 }),
    command: `train --data ${data} ${flags} --importance-samples 3 --free-bits 1 --out ${out}`,
    option: 'freeBits',
    library: 'the KL term is part of the bound; leave out beta and freeBits',
    commandLine: 'the KL term is part of the bound; leave out --beta and --free-bits',
  },
  'a loss that is infinite': {
    call: train({
      lr: 1e30,
      likelihood: 'gaussian',
      optimizer: 'sgd',
      epochs: 20,
      out: inFolder('diverged'),
    }),
    command: `train --data ${data} ${flags.replace('--epochs 2', '--epochs 20')} --lr 1e30 --likelihood gaussian --optimizer sgd --out ${inFolder('infinite')}`,
    option: 'clip',
    library: 'the last good checkpoint is kept; try a lower lr, or clip: 1',
    commandLine: 'the last good checkpoint is kept; try a lower --lr, or --clip 1',
  },
  'fewer epochs than are done': {
    call: (lab) => lab.resume(run, { epochs: 1 }),
    command: `resume ${run} --epochs 1`,
    option: 'epochs',
    library: `epochs 1: ${run} has done 2 epochs already`,
    commandLine: `--epochs 1: ${run} has done 2 epochs already`,
  },
  'a learning rate for no step': {
    call: (lab) => lab.resume(run, { lr: 3 }),
    command: `resume ${run} --lr 3`,
    option: 'lr',
    library: `lr 3: ${run} has done all its 2 epochs; give a larger epochs, too`,
    commandLine: `--lr 3: ${run} has done all its 2 epochs; give a larger --epochs, too`,
  },
  'a run without a checkpoint': {
    call: (lab) => lab.load(inFolder('begun')),
    command: `sample ${inFolder('begun')} --out ${inFolder('x.npy')}`,
    library: `${inFolder('begun')} has no checkpoint yet: train it first, with: resume('${inFolder('begun')}')`,
    commandLine: `${inFolder('begun')} has no checkpoint yet: train it first, with: latentlab resume ${inFolder('begun')}`,
  },
  'a run without its best checkpoint': {
    call: (lab) => lab.load(run, { checkpoint: 'best' }),
    command: `sample ${run} --checkpoint best --out ${inFolder('x.npy')}`,
    library: `${run} has no best checkpoint yet: train it first, with: resume('${run}')`,
    commandLine: `${run} has no best checkpoint yet: train it first, with: latentlab resume ${run}`,
  },
  'an edited configuration': {
    call: (lab) => lab.load(inFolder('edited')),
    command: `sample ${inFolder('edited')} --out ${inFolder('x.npy')}`,
    option: 'lr',
    library: 'the options of a run change by resume only, such as lr and epochs',
    commandLine:
      'the options of a run change by flags of latentlab resume only, such as --lr and --epochs',
  },
  'a split without examples': {
    call: (lab) => used(lab, 'run', (model) => model.evaluate('validation')),
    command: `evaluate ${run} --split validation`,
    option: 'validation',
    library: `split 'validation': ${data} has no validation examples, because the run was trained with validation: 0; choose another split`,
    commandLine: `--split validation: ${data} has no validation examples, because the run was trained with --validation 0; choose another split`,
  },
  'anomalies without normal classes': {
    call: (lab) => used(lab, 'run', (model) => model.evaluate('test', { measure: ['anomaly'] })),
    command: `evaluate ${run} --measure anomaly`,
    option: 'normal',
    library: 'normal: give the classes of normal examples, such as normal: [0, 1]; those of',
    commandLine:
      'normal: give the classes of normal examples, such as --normal 0,1 (normal: [0, 1]); those of',
  },
  'a grid of a code of 3 dimensions': {
    call: (lab) => used(lab, 'three', (model) => model.manifold()),
    command: `manifold ${inFolder('three')} --out ${inFolder('x.npy')}`,
    option: 'latent',
    library: "this model's has 3; train one with latent: 2",
    commandLine: "this model's has 3; train one with --latent 2",
  },
  'data that has moved': {
    call: (lab) => used(lab, 'moved', (model) => model.data()),
    command: `evaluate ${inFolder('moved')}`,
    option: 'data',
    library: 'if it has moved, say where it is with { data }',
    commandLine: 'if it has moved, say where it is with --data FILE, or { data } in the library',
  },
  'data that was an array': {
    call: (lab) => used(lab, 'array', (model) => model.data()),
    command: `evaluate ${inFolder('array')}`,
    option: 'data',
    library: '(folder, { data }), or name a file of the same values with { data: file }',
    commandLine: '(folder, { data }), or name a file of the same values with --data FILE',
  },
}

describe('an error for both readers', () => {
  let lab: Library
  let ended: Map<string, Ended>

  beforeAll(async () => {
    lab = (await compiled('entries/node.js')) as Library
    const values = (of: readonly number[], value: (i: number) => number) =>
      writeNpy(
        hostTensor(
          'float32',
          of,
          Float32Array.from({ length: of.reduce((a, b) => a * b) }, (_, i) => value(i)),
        ),
      )
    const unit = (i: number) => ((i * 7) % 11) / 10
    await writeFile(data, values([40, 3], unit))
    await writeFile(inFolder('moving.npy'), values([40, 3], unit))
    await writeFile(
      inFolder('wide.npy'),
      values([40, 3], (i) => i % 6),
    )
    await writeFile(inFolder('channels.npy'), values([40, 3, 5, 3], unit))
    const labels = hostTensor(
      'int32',
      [40],
      Int32Array.from({ length: 40 }, (_, i) => i % 2),
    )
    await writeFile(inFolder('labels.npy'), writeNpy(labels))
    await writeFile(inFolder('pca.json'), JSON.stringify({ model: 'pca', data, freeBits: 1 }))
    await writeFile(inFolder('none.json'), JSON.stringify({ model: 'pca', data, zzzzzz: 1 }))
    await lab.train({ ...small, data, out: run })
    await lab.train({ ...small, latent: 3, data, out: inFolder('three') })
    await lab.train({ ...small, data: inFolder('moving.npy'), out: inFolder('moved') })
    await rename(inFolder('moving.npy'), inFolder('elsewhere.npy'))
    const rows = Array.from({ length: 40 }, (_, i) => [unit(i), unit(i + 1), unit(i + 2)])
    await lab.train({ ...small, data: rows, out: inFolder('array') })
    for (const name of ['begun', 'edited']) await cp(run, inFolder(name), { recursive: true })
    await rm(inFolder('begun/checkpoints'), { recursive: true })
    await mkdir(inFolder('begun/checkpoints'))
    const config = JSON.parse(await readFile(inFolder('run/config.json'), 'utf8'))
    config.train.lr = 0.5
    await writeFile(inFolder('edited/config.json'), JSON.stringify(config))
    const names = Object.keys(faults)
    const results = await latentlabs(names.map((name) => faults[name]!.command))
    ended = new Map(names.map((name, i) => [name, results[i]!]))
  }, 600_000)

  it.each(Object.entries(faults))('%s', async (name, { call, option, library, commandLine }) => {
    const error = await call(lab).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(lab.UserError)
    const { message } = error as Error
    expect(message).toContain(library)
    expect(message).not.toMatch(/--|latentlab [a-z]/)
    const { stdout, stderr } = ended.get(name)!
    expect(stdout + stderr).toContain(commandLine)
    if (option !== undefined) {
      const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
      expect([message, stdout + stderr]).toEqual([
        expect.stringMatching(new RegExp(`\\b${option}\\b`)),
        expect.stringContaining(flag),
      ])
    }
  })
})
