import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/app/config.ts'
import { createRun } from '../../../src/app/run/create.ts'
import { environmentOf } from '../../../src/app/run/environment.ts'
import { loadRun } from '../../../src/app/run/load.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { onnx } from '../../train/onnx.ts'
import { settings } from './data.ts'
import { everyMember } from './subjects.ts'

describe('a run that has come to no checkpoint', () => {
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'latentlab-untrained-'))
  })
  afterAll(() => rm(parent, { recursive: true, force: true }))

  it.each(everyMember(settings.binary))(
    '$title: cannot be loaded to encode or decode, and says how to train it',
    async ({ title, definition, config, setting }) => {
      const folder = join(parent, title)
      const resolved = resolveConfig({ model: definition.name, data: 'tiny', ...config })
      const { exampleShape, classes } = setting.data
      const example = { exampleShape, classes: classes! }
      await createRun(folder, { ...resolved, example }, await environmentOf(onnx()))
      const refused = loadRun(folder)
      await expect(refused).rejects.toThrow(UserError)
      await expect(refused).rejects.toThrow(
        `${folder} has no checkpoint yet: train it first, with: resume('${folder}')`,
      )
    },
  )
})
