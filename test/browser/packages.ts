import { join } from 'node:path'
import { folderSource, writePackage } from '../../src/package/folder.ts'
import type { GoldenDifference } from '../../src/package/golden-differences.ts'
import { ofImages, ofOthers, ofTables, trainedOn } from '../package/trained.ts'

/** The packages that a page opens: by folder, what is trained, and the score that it is exported with. */
const packages = {
  table: [ofTables, 'vae, mixed table', 'distance'],
  pictures: [ofOthers, 'vae, conv, RGB pictures with channels last', 'bound'],
  unet: [ofImages, 'dae, network unet, tied false', 'reconstruction'],
  conditional: [ofImages, 'cvae, network mlp', 'bound'],
} as const

/** Trains them and writes each to a folder below another; their names. */
export async function writePackages(folder: string): Promise<string[]> {
  for (const [name, [subjects, title, score]] of Object.entries(packages)) {
    const { model } = await trainedOn(subjects.find((subject) => subject.title === title)!)
    await writePackage(join(folder, name), await model.export({ score }))
    await model.close()
  }
  return Object.keys(packages)
}

/** The files of one, for a page: paths and bytes. */
export async function filesOf(folder: string): Promise<[path: string, bytes: number[]][]> {
  const source = folderSource(folder)
  const paths = await source.list!()
  const read = async (path: string) => [...(await source.read(path, 2 ** 24))]
  return Promise.all(paths.map(async (path) => [path, await read(path)]))
}

/** The largest difference of some answers, and indices that are not equal. */
export const worst = (found: readonly GoldenDifference[]) => ({
  largest: Math.max(...found.map(({ largest }) => largest)),
  unequal: found.reduce((sum, { unequal }) => sum + unequal, 0),
})
