import type { ModelScoreName } from '../../answers/anomaly/scoring.ts'
import { ownDefinition } from '../../models/definition.ts'
import { requireAgreeing } from '../../package/golden-differences.ts'
import type { GraphName } from '../../package/graphs-of.ts'
import { type Manifest, requireSealText } from '../../package/manifest.ts'
import type { PackageSource } from '../../package/source.ts'
import type { Runtime } from '../../runtime/session.ts'
import { requireMethod, requireOptions } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { ScorePreset } from '../answers/scored-examples.ts'
import { resolveConfig } from '../config.ts'
import type { Model } from '../library/model.ts'
import { publicModel } from '../library/public-model.ts'
import type { PackageConfig } from './config-file.ts'
import { goldenDifferences, type OpenedPackage, type OpenOptions, openPackage } from './open.ts'
import type { PackagedThreshold } from './threshold-file.ts'

/** A model that was loaded from a package: it answers as the run did, and needs nothing else. */
export interface PackagedModel extends Model {
  readonly package: PackageDescription
}

/** What a package is. */
export interface PackageDescription {
  /** The folder or address that it was read from. */
  readonly name: string
  readonly manifest: Manifest
  readonly precision: PackageConfig['precision']
  /** Above which score a row raises an alarm; undefined where it was exported without scores. */
  readonly threshold: PackagedThreshold | undefined
  /** The scores that it can be asked for. */
  readonly scores: readonly ModelScoreName[]
  /** Training examples in it, for the distance: 0 for other scores. */
  readonly trainingExamples: number
  /** The graphs that it has as ONNX files. */
  readonly graphs: readonly GraphName[]
  /** The bytes of one, for a runtime of your own. */
  onnx(graph: GraphName): Promise<Uint8Array>
}

export interface LoadPackageOptions extends OpenOptions {
  /** Whether to compare its answers with its goldens first, which takes about a second: true by default. */
  readonly verify?: boolean | undefined
  readonly threads?: number | undefined
  /**
   * Where it computes, in place of ONNX Runtime: `referenceRuntime` of `latentlab/graph` is there at once, without
   * WebAssembly. It stays open when the model is closed.
   */
  readonly runtime?: Runtime | undefined
}

const optionNames = ['verify', 'threads', 'runtime', 'model', 'seal']

/** Throws UserError for options that do not fit. */
export function requireLoadOptions(options: LoadPackageOptions, of = 'loadPackage'): void {
  const known = of === 'loadPackage' ? optionNames : ['model', 'seal']
  requireOptions(options, of, known, UserError)
  const { verify, seal, threads, runtime } = options
  resolveConfig({ threads })
  if (runtime !== undefined) {
    requireMethod(runtime, 'runtime', 'compile', 'an open runtime', UserError)
    if (threads !== undefined)
      throw new UserError('threads: are those of the runtime that is given; leave one of them out')
  }
  ownDefinition(options.model)
  if (verify !== undefined && typeof verify !== 'boolean')
    throw new UserError(`verify: expected true or false, got ${described(verify)}`)
  if (seal !== undefined) requireSealText(seal)
}

/**
 * The model of a package.
 *
 * @throws UserError on one line: for a file that is missing, damaged or unsafe, and where the model answers otherwise than its
 * goldens say
 */
export async function packagedModel(
  source: PackageSource,
  openRuntime: (config: PackageConfig) => Promise<Runtime> | Runtime,
  { verify = true, runtime, ...options }: LoadPackageOptions = {},
): Promise<PackagedModel> {
  const opened = await openPackage(source, runtime ? () => runtime : openRuntime, options)
  const { trained } = opened
  // A runtime that was given is its caller's.
  const close = () => trained.close().finally(() => (runtime ? undefined : trained.runtime.close()))
  try {
    if (verify) await requireGoldenAnswers(opened)
    return modelOf(opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** Throws UserError unless the model answers as its goldens say. */
export async function requireGoldenAnswers(opened: OpenedPackage): Promise<void> {
  requireAgreeing(
    await goldenDifferences(opened),
    `${opened.source.name}: the model gives other answers than when it was exported`,
  )
}

/** Its scores; undefined where it was exported without. */
export const presetOf = ({ threshold, material }: OpenedPackage): ScorePreset | undefined =>
  threshold &&
  material && { names: material.names, score: threshold.score, falseAlarms: threshold.falseAlarms }

function modelOf(opened: OpenedPackage, close: () => Promise<void>): PackagedModel {
  const { source, trained, form, material, threshold, run, epoch, step, checkpoint } = opened
  const without = (what: string) => () =>
    Promise.reject(
      new UserError(
        `${source.name}: ${what}, and a package holds no data; use the run that it came from`,
      ),
    )
  const model = publicModel({
    trained,
    config: run,
    epoch,
    step,
    checkpoint,
    data: without('its data was asked for'),
    evaluate: without('an evaluation needs data'),
    form: async () => form,
    scoring: opened.scoring,
    preset: presetOf(opened),
    close,
  })
  return {
    ...model,
    package: {
      name: source.name,
      manifest: opened.manifest,
      precision: opened.precision,
      threshold,
      scores: material?.names ?? [],
      trainingExamples: material?.training.values.shape[0] ?? 0,
      graphs: opened.graphs,
      onnx: opened.onnx,
    },
  }
}
