import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { quarters, words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()
const run = (text: string) => latentlab(words(text))

/** Runs a command that must succeed. */
async function done(text: string) {
  const ended = await run(text)
  expect(ended.stderr + ended.stdout, text).not.toContain('latentlab:')
  expect(ended.code, text).toBe(0)
  return ended
}

const shared =
  '--data images.npy --labels labels.npy --hidden 16 --latent 2 --epochs 4 --batch 20 --threads 1 --no-report --quiet'

beforeAll(async () => {
  const { images, labels } = quarters(200)
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('labels.npy'), writeNpy(labels))
  await done(`train --model ae ${shared} --out ae`)
  await done(`train --model vae ${shared} --out vae`)
  await done(`train --model vae ${shared} --seed 1 --binarize static --out other`)
}, 60_000)

describe('sample', () => {
  const values = (name: string) => parseNpy(readFileSync(inFolder(name)), name).data as Float32Array

  it('gives means, or draws from p(x|z) where these are asked for, and says which', async () => {
    const means = await done('sample other --count 50 --seed 3 --out means.npy --threads 1')
    const draws = await done('sample other --count 50 --seed 3 --draw --out draws.npy --threads 1')
    expect(means.stdout).toBe('50 samples: means.npy\n')
    expect(draws.stdout).toBe('50 samples drawn from p(x|z): draws.npy\n')
    expect(new Set(values('draws.npy'))).toEqual(new Set([0, 1]))
    // The same codes: a draw is 1 as often as its mean says.
    const p = values('means.npy')
    const [sum, variance] = [
      values('draws.npy').reduce((total, x, i) => total + x - p[i]!, 0),
      p.reduce((total, m) => total + m * (1 - m), 0),
    ]
    expect(Math.abs(sum)).toBeLessThan(4 * Math.sqrt(variance))
    const { stdout } = await done('sample other --count 2 --draw --out d.npy --threads 1 --json')
    expect(JSON.parse(stdout)).toMatchObject({ count: 2, values: 'draws' })
  })
})

describe('evaluate', () => {
  it('has several runs side by side, and writes a page of them', async () => {
    const { stdout } = await done('evaluate ae vae --threads 1 --out comparison.html')
    expect(stdout).toMatch(/figure +unit +ae +vae +difference/)
    expect(stdout).toMatch(/squared error¹ .* ± /)
    const page = readFileSync(inFolder('comparison.html'), 'utf8')
    expect(page).toContain('2 runs compared')
    expect(page).toContain('data:image/png')
  })

  it('says why runs of two seeds have no differences, in the terminal and on the page', async () => {
    await done(`train --model vae ${shared} --seed 2 --binarize static --out seeded`)
    const { stdout } = await done('evaluate other seeded --threads 1 --out seeds.html')
    const reason =
      /No differences are taken between other and seeded, because their test examples are different rows of the same data \(values [0-9a-f]{12} and [0-9a-f]{12}\)\./
    expect(stdout.replace(/\s+/g, ' ')).toMatch(reason)
    expect(readFileSync(inFolder('seeds.html'), 'utf8')).toMatch(reason)
    expect(readFileSync(inFolder('seeds.html'), 'utf8')).toContain(
      'seeded had other test rows, and may have been trained on some of these',
    )
  })

  it('identifies the examples of each figure in its documents', async () => {
    const { stdout } = await done('evaluate ae vae --threads 1 --json')
    const [ae, vae] = JSON.parse(stdout) as {
      hashes: { examples: string; labels: string }
      ledger: { examplesHash: string; labelsHash?: string }[]
    }[]
    expect(ae!.hashes.examples).toMatch(/^[0-9a-f]{64}$/)
    expect(vae!.hashes).toEqual(ae!.hashes)
    for (const { examplesHash } of [...ae!.ledger, ...vae!.ledger])
      expect(examplesHash).toBe(ae!.hashes.examples)
  })

  it('gives a document for each of several runs, without the values of single examples', async () => {
    const { stdout } = await done('evaluate ae vae --threads 1 --json')
    const documents = JSON.parse(stdout) as { run: string; ledger: Record<string, unknown>[] }[]
    expect(documents.map((document) => document.run)).toEqual(['ae', 'vae'])
    for (const entry of documents.flatMap(({ ledger }) => ledger)) {
      expect(entry).not.toHaveProperty('values')
      expect(entry).toHaveProperty('group')
    }
  })

  it.each([
    [
      'evaluate ae --measure likelyhood',
      '--measure: there is no "likelyhood"; did you mean likelihood?',
    ],
    ['evaluate ae ae', 'the same run is given twice'],
    ['evaluate ae nowhere', 'nowhere is not the folder of a run'],
    ['evaluate ae --normal a', 'normal: a is not a class of '],
    ['evaluate ae --normal 0,,1', '--normal: expected classes such as 0,1,2, got "0,,1"'],
    ['evaluate ae --importance-samples 1', '--importance-samples: expected a whole number from 2'],
    [
      'evaluate ae --out nowhere/page.html',
      'cannot write nowhere/page.html: there is no such file or folder',
    ],
  ])('refuses %s', async (text, message) => {
    const { code, stderr, stdout } = await run(`${text} --threads 1`)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

describe('doctor', () => {
  it('tells what it found, or that it found nothing', async () => {
    const { stdout } = await done('doctor vae --threads 1')
    expect(stdout).toMatch(/^vae: (\d+ checks found nothing|(one|\d+) findings? in \d+ checks)/)
    const document = JSON.parse((await done('doctor vae --threads 1 --json')).stdout)
    expect(document).toMatchObject({ run: 'vae', findings: expect.any(Array) })
  })
})

describe('reproduce', () => {
  it('lists the experiments with their minutes', async () => {
    const { stdout } = await done('reproduce --list --json')
    const list = JSON.parse(stdout) as { name: string; minutes: number; claim: string }[]
    expect(list.length).toBeGreaterThan(10)
    for (const { minutes, claim } of list) {
      expect(minutes).toBeGreaterThanOrEqual(0)
      expect(claim).toMatch(/\.$/)
    }
  })

  it('runs one, and leaves its page, its table and its result', async () => {
    const { stdout, stderr } = await done('reproduce losses-are-likelihoods --out rep --threads 1')
    expect(stdout).toBe('1 of 1 claims hold (one seed)\npage: rep/reproduction.html\n')
    expect(stderr).toMatch(/^losses-are-likelihoods: holds \(one seed\), \d+ s$/m)
    const page = readFileSync(inFolder('rep/reproduction.html'), 'utf8')
    expect(page).toContain('1 of 1 claims hold (one seed)')
    expect(page).toContain('the claim holds (one seed).')
    expect(readFileSync(inFolder('rep/reproduction.md'), 'utf8')).toContain('| holds (one seed) |')
    expect(existsSync(inFolder('rep/results/losses-are-likelihoods.json'))).toBe(true)
  })

  it('adds what is run later to the same page, and leaves out what is no result', async () => {
    writeFileSync(inFolder('rep/results/two-derivations-of-elbo.json'), 'no result')
    const { stdout } = await done(
      'reproduce cross-entropy-does-not-vanish --seeds 2 --out rep --threads 1 --json',
    )
    const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] }
    expect(results).toMatchObject([
      { name: 'cross-entropy-does-not-vanish', seeds: [0, 1], verdict: 'holds (mean of 2 seeds)' },
    ])
    expect(readFileSync(inFolder('rep/reproduction.html'), 'utf8')).toContain(
      '2 of 2 claims hold (one seed; mean of 2 seeds)',
    )
  })

  it.each([
    ['reproduce', 'give the names of experiments, or --all'],
    ['reproduce --all losses-are-likelihoods', 'give the names of experiments, or --all'],
    ['reproduce losses-are-likelihood', 'did you mean losses-are-likelihoods?'],
    ['reproduce losses-are-likelihoods --out images.npy', 'cannot create images.npy/results'],
  ])('refuses %s', async (text, message) => {
    const { code, stderr, stdout } = await run(text)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})
