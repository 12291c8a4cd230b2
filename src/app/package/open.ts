import { type ScoreName, type Scoring, scoringWith } from '../../answers/anomaly/scoring.ts'
import type { ExampleForm } from '../../data/form.ts'
import { type AnyDefinition, ownDefinition } from '../../models/definition.ts'
import { modelNamed } from '../../models/registry.ts'
import type { GoldenDifference } from '../../package/golden-differences.ts'
import { type Goldens, modelDifferences, onnxDifferences } from '../../package/goldens.ts'
import { goldensIn } from '../../package/goldens-file.ts'
import { type GraphName, graphNames, graphsOf, onnxPath } from '../../package/graphs-of.ts'
import { type Manifest, openManifest, readListed } from '../../package/manifest.ts'
import { requireSafeOnnx } from '../../package/safe-onnx.ts'
import { fileName, type PackageSource } from '../../package/source.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { shortened } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { readSafetensors } from '../../tensor/safetensors.ts'
import { type BuiltModel, build, parametersIn } from '../../train/build.ts'
import { type TrainedModel, trainedModel } from '../../train/trained.ts'
import { infoOf } from '../model-for-data.ts'
import { type PackageConfig, parsePackageConfig } from './config-file.ts'
import { type PackagedMaterial, scoringIn } from './scoring-file.ts'
import { type PackagedThreshold, parseThreshold } from './threshold-file.ts'

/** A package that has been read: its model, and all that its answers depend on. */
export interface OpenedPackage extends PackageConfig {
  readonly source: PackageSource
  readonly manifest: Manifest
  readonly trained: TrainedModel
  readonly form: ExampleForm
  /** What its scores need; undefined where it was exported without. */
  readonly material: PackagedMaterial | undefined
  readonly threshold: PackagedThreshold | undefined
  /** The graphs that it has as ONNX files. */
  readonly graphs: readonly GraphName[]
  scoring(names: readonly ScoreName[]): Promise<Scoring>
  goldens(): Promise<Goldens>
  /** The bytes of an ONNX file, checked. */
  onnx(graph: GraphName): Promise<Uint8Array>
}

export interface OpenOptions {
  /** The definition of the model, if it is not one of the built-in models. */
  readonly model?: AnyDefinition | undefined
  /** The seal that the manifest must have. */
  readonly seal?: string | undefined
}

/**
 * Reads a package. Every file is compared with its hash in the manifest before anything is made of it, and nothing in a package
 * is executed but graphs of arithmetic.
 *
 * @param openRuntime called when the package has been read
 * @throws UserError on one line that names the file
 */
export async function openPackage(
  source: PackageSource,
  openRuntime: (config: PackageConfig) => Promise<Runtime> | Runtime,
  { model: given, seal }: OpenOptions = {},
): Promise<OpenedPackage> {
  const definition = ownDefinition(given)
  const manifest = await openManifest(source, seal)
  const read = (path: string) => readListed(source, manifest, path)
  const has = (path: string) => Object.hasOwn(manifest.files, path)
  const named = (path: string) => fileName(source, path)
  const tensorsIn = async (path: string) => readSafetensors(await read(path), named(path)).tensors
  const config = parsePackageConfig(await read('config.json'), named('config.json'), definition)
  const { run } = config
  const form = run.example?.form
  if (!run.example || !form)
    throw new UserError(
      `${named('config.json')}: does not say what its examples are; it is damaged`,
    )
  const model = build(definition ?? modelNamed(run.model), run.options, infoOf(run.example))
  const arrays = Object.fromEntries(await tensorsIn('model.safetensors'))
  requireParameters(model, arrays, named('model.safetensors'))
  const material = has('scoring.safetensors')
    ? scoringIn(
        await tensorsIn('scoring.safetensors'),
        named('scoring.safetensors'),
        model,
        run.train.seed,
      )
    : undefined
  const threshold = has('threshold.json')
    ? parseThreshold(await read('threshold.json'), named('threshold.json'))
    : undefined
  if (
    (threshold !== undefined) !== (material !== undefined) ||
    (threshold && !material!.names.includes(threshold.score))
  )
    throw new UserError(
      `${named('threshold.json')}: its score is not among those of scoring.safetensors`,
    )
  const graphs = graphNames.filter((name) => has(onnxPath(name)))
  const runtime = await openRuntime(config)
  const trained = trainedModel(runtime, model, parametersIn(model, arrays))
  /** Made once, as it keeps the graphs of its scores. */
  let kept: Scoring | undefined
  return {
    ...config,
    source,
    manifest,
    trained,
    form,
    material,
    threshold,
    graphs,
    async scoring(names) {
      const missing = names.find((name) => !material?.names.some((one) => one === name))
      if (material && missing === undefined) {
        kept ??= scoringWith(trained, material)
        return kept
      }
      throw new UserError(
        `${source.name}: the package holds nothing that ${missing ?? 'a score'} needs`,
      )
    },
    async goldens() {
      const file = named('goldens.safetensors')
      const goldens = goldensIn(await tensorsIn('goldens.safetensors'), file)
      const without = graphs.find((name) => !goldens.graphs[name])
      if (without === undefined) return goldens
      throw new UserError(`${file}: has nothing of ${onnxPath(without)}; the package is damaged`)
    },
    async onnx(graph) {
      const path = onnxPath(graph)
      const bytes = await read(path)
      requireSafeOnnx(bytes, named(path))
      return bytes
    },
  }
}

/** How far the model of a package is from the goldens that were written with it. */
export const goldenDifferences = (opened: OpenedPackage): Promise<GoldenDifference[]> =>
  running(opened, async () => {
    const { trained, form, threshold, material } = opened
    const score = threshold && material && { name: threshold.score, unit: threshold.unit, material }
    const scorer = score && (await (await opened.scoring([score.name])).scorer(score.name))
    const graphs = await graphsOf(trained, form, score)
    return modelDifferences({ trained, form, scorer }, graphs, await opened.goldens())
  })

/** The same of its ONNX files. */
export const onnxGoldenDifferences = (opened: OpenedPackage): Promise<GoldenDifference[]> =>
  running(opened, async () =>
    onnxDifferences(opened.trained.runtime, await opened.goldens(), opened.onnx, opened.form),
  )

/** Runs goldens. Each file may be sound, and yet no other than the export's own go together. */
async function running<T>({ source, trained }: OpenedPackage, run: () => Promise<T>): Promise<T> {
  // What a GPU refuses is no fault of the package.
  const isOnGpu = trained.runtime.options.device === 'webgpu'
  try {
    return await run()
  } catch (error) {
    const { message } = error as Error
    if (error instanceof UserError && (isOnGpu || message.startsWith(source.name))) throw error
    const why = shortened(message.split('\n')[0]!, 300)
    throw new UserError(
      `${source.name}: its goldens cannot be run (${why}); its files do not belong together, or one is damaged`,
    )
  }
}

function requireParameters({ parameters }: BuiltModel, arrays: Arrays, file: string): void {
  for (const { name, shape } of parameters.values()) {
    const found = Object.hasOwn(arrays, name) ? arrays[name] : undefined
    if (found?.dtype !== 'float32' || String(found.shape) !== String(shape))
      throw new UserError(
        `${file}: ${name} is ${found ? `${found.dtype} [${found.shape}]` : 'missing'}; the model of config.json needs float32 [${shape}]`,
      )
  }
}
