import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { built } from './peers/built.mjs'
import { CONV_MODULES, convModel } from './peers/conv-networks.mjs'
import { temporaryFolder } from './served.js'

const MODULES = {
  ...CONV_MODULES,
  'data/npz.js': ['writeNpz'],
  'train/config.js': ['trainConfig'],
  'train/initial-state.js': ['initialParameters'],
}

/**
 * The parameters that Latentlab starts from, for other engines to start from too.
 *
 * @param {import('./settings.js').ConvSetting} setting
 * @returns {Promise<string>} an .npz file in a temporary folder, which is removed in the end
 */
export async function writeStart(setting) {
  const lab = await built(MODULES)
  const start = lab.initialParameters(convModel(lab, setting), lab.trainConfig.parse({}).seed)
  const file = join(temporaryFolder('start'), 'start.npz')
  await writeFile(file, lab.writeNpz(new Map(Object.entries(start))))
  return file
}
