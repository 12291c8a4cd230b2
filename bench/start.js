import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { built } from './peers/built.mjs'
import { CONV_MODULES, convModel } from './peers/conv-networks.mjs'
import { denseModel } from './peers/training.mjs'
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
 * @param {import('./settings.js').Setting | import('./settings.js').ConvSetting} setting
 * @returns {Promise<string>} an .npz file in a temporary folder, which is removed in the end
 */
export async function writeStart(setting) {
  const lab = await built(MODULES)
  const model = 'channels' in setting ? convModel(lab, setting) : denseModel(lab, setting)
  const start = lab.initialParameters(model, lab.trainConfig.parse({}).seed)
  const file = join(temporaryFolder('start'), 'start.npz')
  await writeFile(file, lab.writeNpz(new Map(Object.entries(start))))
  return file
}
