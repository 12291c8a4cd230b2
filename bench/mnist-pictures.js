// Writes MNIST as 70 000 PNG files, to compare with the original four files:
//
//     node bench/mnist-pictures.js FOLDER            with a metadata.csv in MNIST's order (file, label, split)
//     node bench/mnist-pictures.js FOLDER --folders  in subfolders 0 to 9, without test set of its own
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { encode } from 'fast-png'
import { readMnist } from '../dist/data/mnist.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folders: { type: 'boolean', default: false } },
})
const [folder] = positionals
if (folder === undefined) throw new Error('usage: node bench/mnist-pictures.js FOLDER [--folders]')

const { images, labels, testImages, testLabels } = await readMnist()
const lines = ['file,label,split']
for (const [split, pixels, classes] of [
  ['train', images, labels],
  ['test', testImages, testLabels],
]) {
  for (let i = 0; i < pixels.shape[0]; i++) {
    const label = classes.data[i]
    const inside = values.folders ? String(label) : split
    if (i === 0 || values.folders) mkdirSync(join(folder, inside), { recursive: true })
    const name = `${inside}/${split}-${String(i).padStart(5, '0')}.png`
    const data = pixels.data.subarray(i * 784, (i + 1) * 784)
    writeFileSync(join(folder, name), encode({ width: 28, height: 28, channels: 1, data }))
    lines.push(`${name},${label},${split}`)
  }
}
if (!values.folders) writeFileSync(join(folder, 'metadata.csv'), `${lines.join('\n')}\n`)
