import { type Model, openRun, type RunFiles, type Training } from 'latentlab/browser'
import type { OpenedData } from './data-desk.ts'
import type { KeptRunWriter, Progress } from './kept-runs.ts'
import type { SoundState } from './sound-state.ts'

/** A training whose run is kept while it goes on. */
export interface KeptTraining {
  readonly writer: KeptRunWriter
  /** How far it is, as its record says. */
  readonly progress: { -readonly [P in keyof Progress]: Progress[P] }
  readonly sound: SoundState
}

/**
 * Puts the run of a training that has diverged back to its last sound state, from where it can be continued, and opens the model
 * of that; undefined where a training failed for another reason.
 */
export async function backToSound(
  training: Training,
  opened: OpenedData,
  { writer, progress, sound }: KeptTraining,
): Promise<{ readonly model: Model; readonly epoch: number } | undefined> {
  const { kept } = sound
  if (!kept || !hasDiverged(await training.files())) return undefined
  const { files, epoch } = kept
  await writer.keep(files, { ...progress, epoch })
  const model = await openRun(files, { ...dataOf(opened), checkpoint: 'last' })
  return { model, epoch }
}

/** The files of a run: of now, or of its last sound state where it has diverged. */
export async function soundFiles(
  training: Training,
  { sound }: Pick<KeptTraining, 'sound'>,
): Promise<RunFiles> {
  const files = await training.files()
  return sound.kept && hasDiverged(files) ? sound.kept.files : files
}

/** Whether a training ended because a number was no longer finite, which it has recorded. */
function hasDiverged(files: RunFiles): boolean {
  const last = new TextDecoder().decode(files['metrics.jsonl']).trimEnd().split('\n').at(-1)
  return last !== undefined && last !== '' && JSON.parse(last).type === 'failed'
}

/**
 * A learning rate to go on with: what the doctor advises, or else half of that which diverged; and none above that of the state
 * gone back to, where it had been raised since.
 */
export const gentlerRate = (diverged: number, sound: number, advised?: number): number =>
  sound < diverged ? sound : (advised ?? diverged / 2)

/** The data alone: how it is read, a run has recorded. */
export const dataOf = ({
  given: { data, labels, testData, testLabels },
}: Pick<OpenedData, 'given'>) => ({
  data,
  labels,
  testData,
  testLabels,
})
