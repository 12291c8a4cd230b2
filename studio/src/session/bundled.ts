import { UserError } from 'latentlab/browser'
import type { GivenData, Host } from './host.ts'
import { idxPair } from './idx-pair.ts'

/** Data sets that come with the build. */
export const bundledNames: readonly string[] = ['digits', 'penguins']

/** One of them, as a training takes it. */
export async function bundledData(name: string, asset: Host['asset']): Promise<GivenData> {
  if (name === 'digits') return digitsOf(asset)
  if (name !== 'penguins') throw new UserError(`there is no data set ${name}`)
  const data = JSON.parse(await (await asset('data/penguins.json')).text()) as object[]
  return { name, source: name, data, options: {} }
}

/** MNIST's test set with its labels. */
export async function digitsOf(asset: Host['asset']): Promise<GivenData> {
  const files = await Promise.all(
    ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map(async (path) => ({
      path,
      file: await asset(`data/${path}`),
    })),
  )
  return { ...(await idxPair(files))!, name: 'digits', source: 'mnist' }
}
