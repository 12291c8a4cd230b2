import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  allScoreNames,
  calibrated,
  isOfModel,
  materialFor,
  type ScoreName,
  type Scoring,
  type ScoringMaterial,
  scoringWith,
} from '../../answers/anomaly/scoring.ts'
import { writeAtomically } from '../../data/disk/files.ts'
import { parseNpz, writeNpz } from '../../data/npz.ts'
import { readRegularFile } from '../../data/regular-file.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { Run } from '../run/load.ts'

/** Largest file, in bytes. */
const LARGEST = 100_000_000

/** Changes when scores are computed in another way, so that stored calibrations are made anew. */
const FORMAT = 3

/**
 * The scoring of a run, with calibrations of the scores that are asked for. What was computed before is read from the run's
 * folder, so the run's data is needed only the first time; what is new is written there, if the folder can be written.
 *
 * @throws UserError where the run's data is needed, and is gone or changed
 */
export async function scoringOfRun(
  run: Run,
  names: readonly ScoreName[],
  options: ReadOptions = {},
): Promise<Scoring> {
  if (run.packaged) return run.packaged.scoring(names)
  const path = join(run.folder, `scoring-${run.checkpoint}.npz`)
  const key = keyOf(run)
  const stored = await readMaterial(path, key)
  const known = stored && isSound(stored, run) ? stored : undefined
  const missing = names.some((name) => !known?.calibration[name])
  if (known && !missing) return scoringWith(run, known)
  const data = await run.data()
  const scoring = scoringWith(run, known ?? materialFor(data, run.config.train.seed))
  const material = await calibrated(scoring, data, names, options)
  await writeAtomically(path, writeNpz(arraysOf(material, key))).catch(() => {})
  return { ...scoring, material }
}

/** What the stored arrays belong to: the parameters, to which the data belongs. */
function keyOf({ parameters, config }: Run): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(parameters).sort()) {
    const { data } = parameters[name]!
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return `${FORMAT} ${config.train.seed} ${hash.digest('hex')}`
}

const [CALIBRATION, TYPICAL] = ['calibration ', 'typical '] as const

function arraysOf(
  { training, calibration, typical, seed }: ScoringMaterial,
  key: string,
): Map<string, HostTensor> {
  const text = new TextEncoder().encode(key)
  const arrays = new Map<string, HostTensor>([
    ['key', hostTensor('uint8', [text.length], text)],
    ['seed', hostTensor('int64', [], BigInt64Array.of(BigInt(seed)))],
    ['training', training.values],
  ])
  if (training.labels)
    arrays.set(
      'labels',
      hostTensor('int32', [training.labels.length], Int32Array.from(training.labels)),
    )
  for (const [kind, lists] of [
    [CALIBRATION, calibration],
    [TYPICAL, typical],
  ] as const)
    for (const [name, list] of Object.entries(lists))
      arrays.set(kind + name, hostTensor('float64', [list.length], list))
  return arrays
}

/** Whether the arrays are of the shapes that were written, and hold numbers. */
function isSound(
  { training: { values, labels }, calibration, typical }: ScoringMaterial,
  { model }: Pick<Run, 'model'>,
): boolean {
  const { dimension } = model.info
  const [count = 0, width] = values.shape
  const hold = (lists: ScoringMaterial['calibration'], fits: (length: number) => boolean) =>
    Object.values(lists).every(
      (list) => list instanceof Float64Array && fits(list.length) && !list.some(Number.isNaN),
    )
  return (
    values.data instanceof Float32Array &&
    count > 0 &&
    width === dimension &&
    (labels ? labels.length === count : model.labels !== 'condition') &&
    hold(calibration, (length) => length > 0) &&
    hold(typical, (length) => length === dimension) &&
    Object.keys(calibration).every((name) => !isOfModel(name) || name in typical)
  )
}

/** Undefined for a file that is missing, damaged or of other parameters: it is written anew. */
async function readMaterial(path: string, key: string): Promise<ScoringMaterial | undefined> {
  try {
    const arrays = parseNpz(await readRegularFile(path, LARGEST), path, LARGEST)
    if (new TextDecoder().decode(arrays.get('key')!.data as Uint8Array) !== key) return undefined
    const lists = (kind: string) =>
      Object.fromEntries(
        allScoreNames.flatMap((name) => {
          const list = arrays.get(kind + name)
          return list ? [[name, list.data as Float64Array] as const] : []
        }),
      )
    return {
      training: {
        values: arrays.get('training') as Floats,
        labels: arrays.get('labels')?.data as Int32Array | undefined,
      },
      calibration: lists(CALIBRATION),
      typical: lists(TYPICAL),
      seed: Number(arrays.get('seed')!.data[0]),
    }
  } catch {
    return undefined
  }
}
