import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MANIFEST } from '../../package/files.ts'
import { folderSource } from '../../package/folder.ts'
import { openRuntime } from '../../runtime/node.ts'
import type { Device } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { given, option, worded } from '../../tensor/wording.ts'
import type { Run } from '../run/load.ts'
import { openPackage } from './open.ts'
import { presetOf, requireGoldenAnswers } from './packaged-model.ts'

/** Whether a folder is that of a package, and not of a run. */
export async function isPackage(folder: string): Promise<boolean> {
  const found = await stat(join(folder, MANIFEST)).catch(() => undefined)
  return found?.isFile() ?? false
}

/**
 * A package as the verbs see a run: it computes, reads and scores as its run did, and has no data of its own.
 *
 * @throws UserError for a package that is damaged, or answers otherwise than its goldens say; and from what needs data
 */
export async function packagedRun(
  folder: string,
  {
    checkpoint,
    threads,
    device,
  }: {
    readonly checkpoint?: 'best' | 'last' | undefined
    readonly threads?: number | undefined
    readonly device?: Device | undefined
  },
): Promise<Run> {
  const opened = await openPackage(folderSource(folder), ({ run: { compute } }) =>
    // Its files are ONNX, whatever the run was trained on.
    openRuntime({ device: device ?? 'cpu', threads: threads ?? compute.threads }),
  )
  const { trained, form, run, epoch, step } = opened
  const close = () => trained.runtime.close().finally(() => trained.close())
  try {
    if (checkpoint !== undefined && checkpoint !== opened.checkpoint)
      throw new UserError(
        worded`${given('checkpoint', checkpoint)}: ${folder} is a package of the ${opened.checkpoint} checkpoint; leave it out, or use the run`,
      )
    await requireGoldenAnswers(opened)
  } catch (error) {
    await close()
    throw error
  }
  const without = async (): Promise<never> => {
    throw new UserError(
      worded`${folder} is a package, which holds no data; give ${option('data')} where new examples are taken, or use the run that it came from`,
    )
  }
  return {
    ...trained,
    folder,
    config: run,
    epoch,
    step,
    checkpoint: opened.checkpoint,
    data: without,
    evaluate: without,
    form: async () => form,
    packaged: { scoring: opened.scoring, preset: presetOf(opened) },
    close,
  }
}
