import { readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { idxFile, npyFile } from '../data/files.ts'
import { quarters, words, workingFolder } from './command-line.ts'

const { folder, latentlab, inFolder } = workingFolder()

const { images } = quarters(40)
const npyHeader = (descr: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`
const files: Record<string, Uint8Array | string> = {
  'images.npy': writeNpy(images),
  'labels.npy': writeNpy(hostTensor('int32', [39], new Int32Array(39))),
  'truncated.idx': idxFile(8, [10, 8, 8], new Uint8Array(100)).subarray(0, 60),
  'objects.npy': npyFile(npyHeader('|O', '4,'), new Uint8Array(32)),
  'huge.npy': npyFile(npyHeader('<f4', '8589934592,'), new Uint8Array(32)),
  'proto.json': '{"__proto__": {"latent": 3}}',
  'broken.json': '{"latent": 3',
  'list.json': '[1]',
}
for (const [name, contents] of Object.entries(files)) writeFileSync(inFolder(name), contents)

describe('the command line refuses with one line and exit code 2, and leaves nothing behind', () => {
  it.each([
    ['trian', /unknown verb trian; did you mean train\?/],
    ['constructor', /unknown verb constructor/],
    ['--versoin', /unknown flag --versoin; did you mean --version\?/],
    ['train --hiden 20', /unknown flag --hiden; did you mean --hidden\?/],
    ['train --model vaee', /vaee.*did you mean vae\?/],
    ['train --model vaee --help', /vaee.*did you mean vae\?/],
    ['train --data mnits', /mnits.*did you mean mnist\?/],
    ['train --latent 0', /latent: .*got 0/],
    ['train --lr NaN', /lr: .*got NaN/],
    ['train --lr -1', /lr: .*got -1/],
    ['train --hidden 20,0', /hidden: /],
    ['train --model ae --beta 2', /beta: ae has no such option/],
    ['train --data images.npy --batch 100', /batch: 100 examples are more than/],
    ['train --data truncated.idx', /truncated\.idx: .*truncated/],
    ['train --data objects.npy', /objects\.npy: holds Python objects/],
    ['train --data huge.npy', /huge\.npy: .*32.0 GiB/],
    ['train --data images.npy --labels labels.npy', /labels\.npy: 39 labels for the 40 rows/],
    ['train --config proto.json', /proto\.json: __proto__ is not an option/],
    ['train --config broken.json', /broken\.json: not valid JSON/],
    ['train --config list.json', /list\.json: expected an object/],
    ['train --config none.json', /none\.json: there is no such file/],
    ['train --data images.npy --out images.npy', /images\.npy exists already/],
    ['resume images.npy', /images\.npy is not the folder of a run/],
    ['evaluate none --json', /none is not the folder of a run/],
    ['sample none --out nowhere/samples.png', /cannot write nowhere\/samples\.png/],
    ['sample none --out samples.gif', /samples\.gif: expected a name that ends in \.png/],
    ['decode none', /--codes is missing/],
    ['inspect', /expected the folder of a run, or --data FILE/],
    ['inspect none --data images.npy', /expected the folder of a run, or --data FILE/],
    ['demo --out images.npy', /images\.npy already exists and is not a run of the demo/],
  ])('%s', async (command, message) => {
    const { code, stdout, stderr } = await latentlab(words(command))
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^latentlab: [^\n]+\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort())
  })
})
