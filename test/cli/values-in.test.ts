import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { type Ended, quarters, words, workingFolder } from './command-line.ts'

const { latentlab, latentlabs, inFolder } = workingFolder()
const { images, labels } = quarters(60)
const codes = (name: string) => parseNpy(readFileSync(inFolder(name)), name)
let trained: Ended

/** One line on standard error, nothing on standard output, exit code 2. */
function refused({ code, stdout, stderr }: Ended, message: string | RegExp): void {
  expect([code, stdout, stderr.trimEnd().split('\n').length], stderr).toEqual([2, '', 1])
  expect(stderr).toMatch(message)
}

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  copyFileSync(inFolder('images.npy'), inFolder('copy.npy'))
  const named = Int32Array.from(labels.data, (label) => 10 * (1 + Number(label)))
  writeFileSync(inFolder('labels.npy'), writeNpy(hostTensor('int32', [60], named)))
  const floats = Float32Array.from(images.data, Number)
  writeFileSync(inFolder('floats.npy'), writeNpy(hostTensor('float32', [60, 8, 8], floats)))
  writeFileSync(
    inFolder('flat.npy'),
    writeNpy(hostTensor('uint8', [60, 64], images.data as Uint8Array)),
  )
  writeFileSync(
    inFolder('wide.npy'),
    writeNpy(hostTensor('uint8', [60, 4, 16], images.data as Uint8Array)),
  )
  const alone = (images.data as Uint8Array).slice(0, 64)
  writeFileSync(inFolder('one.npy'), writeNpy(hostTensor('uint8', [1, 8, 8], alone)))
  const rgba = hostTensor('uint8', [30, 6, 5, 4], new Uint8Array(3600).fill(9))
  writeFileSync(inFolder('rgba.npy'), writeNpy(rgba))
  trained = await latentlab(
    words(
      'train --model cvae --data images.npy --labels labels.npy --hidden 8 --latent 2 --epochs 1 --batch 10 --no-report --out run',
    ),
  )
  expect(trained, trained.stderr).toMatchObject({ code: 0 })
})

describe('a file that is named', () => {
  it('is taken whole and in order, the one that was trained on too', async () => {
    const [own, copy, one, test] = await latentlabs([
      'encode run --data images.npy --out own.npy',
      'encode run --data copy.npy --labels labels.npy --out copied.npy',
      'encode run --data one.npy --labels label.npy --out one-code.npy',
      'encode run --data images.npy --split test --out split.npy',
    ])
    expect([own, copy].map((ended) => ended!.stdout)).toEqual([
      '60 codes of 2 dimensions: own.npy\n',
      '60 codes of 2 dimensions: copied.npy\n',
    ])
    expect(codes('own.npy').data).toEqual(codes('copied.npy').data)
    expect(test!.stdout).toBe('6 codes of 2 dimensions: split.npy\n')
    refused(one!, /^latentlab: label\.npy: there is no such file$/m)
  })

  it('is read as training read its own, or refused', async () => {
    const [floats, wide, flat] = await latentlabs([
      'encode run --data floats.npy --labels labels.npy',
      'encode run --data wide.npy --labels labels.npy',
      'encode run --data flat.npy --labels labels.npy --out flat-codes.npy',
    ])
    refused(floats!, 'floats.npy: holds float32; expected uint8 from 0 to 255, divided by 255')
    refused(wide!, /wide\.npy: its examples have shape \[4, 16\]; expected \[8, 8\], images 8 high/)
    // Rows of one channel run in the order of the images.
    expect(flat, flat!.stderr).toMatchObject({ code: 0 })
    expect(codes('flat-codes.npy').data).toEqual(codes('own.npy').data)
  })

  it('holds what the program has written, where --scaled says so', async () => {
    const four = hostTensor('int32', [4], Int32Array.of(20, 20, 20, 20))
    writeFileSync(inFolder('four.npy'), writeNpy(four))
    const [, plain, scaled, pointless] = await latentlabs([
      'sample run --count 4 --label 20 --seed 1 --out samples.npy',
      'encode run --data samples.npy --labels four.npy',
      'encode run --data samples.npy --scaled --labels four.npy --out back.npy',
      'encode run --scaled',
    ])
    refused(plain!, /samples\.npy: .*expected/)
    expect(scaled, scaled!.stderr).toMatchObject({ code: 0 })
    expect(codes('back.npy').shape).toEqual([4, 2])
    refused(pointless!, '--scaled: applies only to a file; give --data FILE, or leave it out')
  })
})

describe('classes', () => {
  it('have their own labels on the command line', async () => {
    const [unknown, known, even] = await latentlabs([
      'sample run --count 2 --label 1',
      'sample run --count 2 --label 40 --seed 3 --out forty.npy --json',
      'sample run --count 4 --seed 3 --out even.npy --json',
    ])
    refused(unknown!, '--label 1: is not a class of the training data (10, 20, 30, 40)')
    expect(JSON.parse(known!.stdout)).toMatchObject({ labels: [40, 40] })
    expect(JSON.parse(even!.stdout)).toMatchObject({ labels: [10, 20, 30, 40] })
  })
})

describe('how an array is read', () => {
  it('is said when a training starts', () => {
    expect(trained.stderr.split('\n')[0]).toMatch(
      /^\S*images\.npy: images 8 high and 8 wide, 1 channel; uint8 from 0 to 255, divided by 255; labels 10, 20, 30, 40; 48 examples for training, 6 for validation, 6 for testing$/,
    )
  })

  it('is said by inspect --data, by the shape or as --layout asks', async () => {
    const [rgba, first, flat, square] = await latentlabs([
      'inspect --data rgba.npy',
      'inspect --data rgba.npy --layout chw',
      'inspect --data flat.npy --layout 8x8',
      'inspect --data flat.npy --json',
    ])
    expect(rgba!.stdout).toContain(
      'as examples: images 6 high and 5 wide, 4 channels last; uint8 from 0 to 255, divided by 255',
    )
    expect(first!.stdout).toContain('as examples: images 5 high and 4 wide, 6 channels first')
    expect(flat!.stdout).toContain(
      'as examples: images 8 high and 8 wide, 1 channel, from flat rows of 64',
    )
    expect(JSON.parse(square!.stdout).arrays[0].reading).toBe(
      'rows of a table with 64 columns; numbers, taken as they are',
    )
  })

  it('is refused where a layout does not fit', async () => {
    const [train, run] = await latentlabs([
      'train --data flat.npy --layout 8x9 --out none',
      'inspect run --layout hw',
    ])
    refused(train!, 'flat.npy: layout 8x9 does not fit an array of shape [60, 64]')
    refused(run!, '--layout: applies only to a data file; give --data FILE')
  })
})
