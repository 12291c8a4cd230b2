import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { printed, TABLES, tiny, twinSetting } from './bench.ts'

const python = process.env.LATENTLAB_PYTHON
const withoutPython = 'LATENTLAB_PYTHON is not set'

describe('the tables of trained models', () => {
  const rows = TABLES.flatMap((table) => [
    ...table.rows.map((row) => [table.name, row] as const),
    ...tiny(table).rows.map((row) => [`tiny ${table.name}`, row] as const),
  ])

  it.each(rows)('can be trained: %s, $name', (_, { by, options }) => {
    expect(resolveConfig(options).model).toBe(options.model)
    if (by === 'torch') expect(twinSetting(options)).toMatchObject({ latent: options.latent })
  })

  it('give PyTorch the learning rate of each epoch', () => {
    const published = TABLES.find(({ name }) => name === 'published')!
    const twin = published.rows.find(({ by }) => by === 'torch')!
    expect(twinSetting(twin.options)).toEqual({
      ...{ model: 'vae', inputs: 784, hidden: [400], latent: 40, likelihood: 'bernoulli' },
      ...{ batch: 100, learningRate: 1e-4, milestones: [200, 350], factor: 0.630957 },
    })
    expect(() => twinSetting({ schedule: 'cosine' })).toThrow(
      'the PyTorch twin has no schedule cosine',
    )
  })
})

/** Trainings on MNIST, which take most of a minute: tried when asked for, as bench/README.md says. */
if (process.env.LATENTLAB_BENCH)
  describe('the bench of trained models', { timeout: 300_000 }, () => {
    it('measures a run of Latentlab on the test digits', () => {
      const { json } = printed('trained.js', ['--tiny', '--tables', 'linear', '--rows', 'pca'])
      const [{ table, rows }] = json.results
      expect([table, rows.length]).toEqual(['linear', 1])
      expect(rows[0].version).toMatch(/^latentlab \d.*, onnxruntime-node \d/)
      // Two principal components of 1000 digits; the mean alone has 52.7.
      expect(rows[0].measured[0].squaredError).toBeGreaterThan(42)
      expect(rows[0].measured[0].squaredError).toBeLessThan(46)
    })

    it('measures a twin in PyTorch beside it, or says that there is no Python', () => {
      const args = ['--tiny', '--tables', 'published', '--rows', 'one hidden layer, ']
      const { json } = printed('trained.js', [...args, '--examples', '20'])
      const [ours, torch, larochelle] = json.results[0].rows
      expect(ours.course).toHaveLength(1)
      expect(ours.measured[0].bound).toBeLessThan(ours.measured[0].loss)
      if (!python)
        return expect([torch.error, larochelle.error]).toEqual(Array(2).fill(withoutPython))
      expect(torch.measured[0].bound).toBeLessThan(torch.measured[0].loss)
      expect(torch.measured[0].loss / ours.measured[0].loss).toBeCloseTo(1, 1)
      expect(larochelle.error).toMatch(/^--larochelle does not say where/)
    })

    it('compares the codes of an adversarial autoencoder with its prior', () => {
      const { json } = printed('trained.js', ['--tiny', '--tables', 'priors', '--rows', 'mixture'])
      const [{ distance, chance, ratio, untrained }] = json.results[0].rows[0].measured
      expect(ratio).toBeCloseTo(distance / chance, 12)
      // Between 500 draws of the mixture and 500 others.
      expect(chance).toBeCloseTo(0.017, 2)
      expect(untrained).toBeGreaterThan(10)
    })
  })

describe('the bench of trained models, called wrongly', () => {
  it('refuses flags that it cannot follow, in one line', () => {
    const refusal = (...args: string[]) => printed('trained.js', args)
    expect(refusal('--tables', 'gan')).toMatchObject({
      status: 2,
      stderr:
        "--tables: there is no 'gan'; there are layers, linear, priors, published, convergence\n",
    })
    expect(refusal('--rows', 'jax').stderr).toBe("--rows: no row has 'jax' in its name\n")
    expect(refusal('--seed', '0.5').stderr).toBe(
      "--seed: got '0.5', expected a whole number of at least 0\n",
    )
  })
})
