import type { ScoredExamples } from '../../answers/anomaly/example-scorer.ts'
import { chosenScore, type Scoring, scoresOf, scoringWith } from '../../answers/anomaly/scoring.ts'
import { VERSION } from '../../config/version.ts'
import { MANIFEST, type PackageFiles } from '../../package/files.ts'
import { requireAgreeing } from '../../package/golden-differences.ts'
import {
  type Answering,
  type Goldens,
  goldensOf,
  modelDifferences,
  onnxDifferences,
} from '../../package/goldens.ts'
import { goldenTensors } from '../../package/goldens-file.ts'
import { preprocessOf } from '../../package/graphs/preprocess.ts'
import { writeGraph } from '../../package/graphs/write-graph.ts'
import {
  type GraphName,
  graphNames,
  graphsOf,
  onnxPath,
  type PackagedScore,
} from '../../package/graphs-of.ts'
import { manifestOf, PACKAGE_FORMAT } from '../../package/manifest.ts'
import { requireSafeOnnx } from '../../package/safe-onnx.ts'
import { lastName } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type StoredPrecision, writeSafetensors } from '../../tensor/safetensors.ts'
import { type TrainedModel, trainedModel } from '../../train/trained.ts'
import { thresholdFor } from '../answers/score-summary.ts'
import { modelCard } from './card/card.ts'
import { packageConfigText } from './config-file.ts'
import { checkedOptions, type ExportOptions } from './export-options.ts'
import type { Exportable, Exported } from './exportable.ts'
import { rounded } from './float16.ts'
import { noExamples, type PackagedMaterial, scoringTensors } from './scoring-file.ts'
import { type PackagedThreshold, thresholdText } from './threshold-file.ts'

/**
 * Makes a package of a trained model. Its ONNX files are run on the goldens first.
 *
 * @throws UserError where a graph does not agree with the model, a score is missing, or the data of the run is needed and gone
 */
export async function exported(source: Exportable, options: ExportOptions): Promise<Exported> {
  const { score = 'auto', falseAlarms, precision = 'float32' } = checkedOptions(options)
  const form = await source.form()
  if (!form)
    throw new UserError(
      'the run does not say how its data was read, since an older version wrote it; train it again to export it',
    )
  const { trained: original, config, epoch, step, checkpoint } = source
  const trained =
    precision === 'float16'
      ? trainedModel(original.runtime, original.model, rounded(original.parameters))
      : original
  const scoring = await packagedScoring(source, score, falseAlarms)
  const answering: Answering = { trained, form, scorer: await scoring?.scorerFor(trained) }
  const graphs = await graphsOf(trained, form, scoring?.packaged)
  const goldens = await goldensOf(answering, graphs, scoring?.compared)
  const files = new Map<string, Uint8Array>()
  for (const name of graphNames) {
    const graph = graphs[name]
    if (graph) files.set(onnxPath(name), writeGraph(graph, trained.parameters, precision))
  }
  const largestDifference = await requireAgreement(answering, files, goldens)
  const loss =
    precision === 'float16'
      ? await modelDifferences(
          { trained: original, form, scorer: await scoring?.scorerFor(original) },
          graphs,
          goldens,
        )
      : undefined
  const metadata = { format: PACKAGE_FORMAT }
  const write = (tensors: Parameters<typeof writeSafetensors>[0], of?: StoredPrecision) =>
    writeSafetensors(tensors, metadata, of)
  files.set('model.safetensors', write(new Map(Object.entries(trained.parameters)), precision))
  files.set('goldens.safetensors', write(goldenTensors(goldens)))
  if (scoring) {
    files.set('scoring.safetensors', write(scoringTensors(scoring.material)))
    files.set('threshold.json', utf8(thresholdText(scoring.threshold)))
  }
  files.set('preprocess.json', utf8(`${JSON.stringify(preprocessOf(form), null, 2)}\n`))
  files.set(
    'config.json',
    utf8(packageConfigText({ run: config, checkpoint, epoch, step, precision })),
  )
  const trainingExamples = scoring?.material.training.values.shape[0] ?? 0
  const found = { threshold: scoring?.threshold, trainingExamples, largestDifference, loss }
  const name = options.name ?? nameOf(source)
  files.set(
    'README.md',
    utf8(await modelCard({ ...found, name, source, form, graphs, goldens, precision })),
  )
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
  sorted.set(MANIFEST, await manifestOf(sorted, VERSION))
  return { ...found, name, files: sorted }
}

/** Runs the goldens through the ONNX files. The largest difference; throws UserError where one is too large. */
async function requireAgreement(
  { trained, form }: Answering,
  files: PackageFiles,
  goldens: Goldens,
): Promise<number> {
  const fileOf = async (name: GraphName) => {
    const path = onnxPath(name)
    requireSafeOnnx(files.get(path)!, path)
    return files.get(path)!
  }
  const found = await onnxDifferences(trained.runtime, goldens, fileOf, form)
  requireAgreeing(
    found,
    'ONNX Runtime gives other answers than the trained model; nothing was written',
  )
  return Math.max(0, ...found.map(({ largest }) => largest))
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The name of the run's folder, or of the model that was trained in memory. */
const nameOf = ({ folder, config }: Pick<Exportable, 'folder' | 'config'>): string =>
  folder === undefined ? config.model : lastName(folder)

/** What a package keeps of a model's scores. */
export interface PackagedScoring {
  readonly packaged: PackagedScore
  readonly material: PackagedMaterial
  readonly threshold: PackagedThreshold
  /** Examples that the score compares with, if it does. */
  readonly compared: ScoredExamples | undefined
  scorerFor(trained: TrainedModel): ReturnType<Scoring['scorer']>
}

/** Undefined for a model without scores, and where none is asked for. */
async function packagedScoring(
  source: Exportable,
  score: NonNullable<ExportOptions['score']>,
  falseAlarms: number | undefined,
): Promise<PackagedScoring | undefined> {
  const available = scoresOf(source.trained)
  if (score === 'none' || (score === 'auto' && available.length === 0)) return undefined
  const name = score === 'auto' ? available[1]! : chosenScore(source.trained, score)
  const isDistance = name === 'distance'
  const names = available.filter((one) => one !== 'distance' || isDistance)
  const { material: found, scorer } = await source.scoring(names)
  const training = isDistance ? found.training : noExamples(source.trained.model)
  const material: PackagedMaterial = { ...found, names, training }
  const { unit } = await scorer(name)
  const threshold = { score: name, unit, ...thresholdFor(found.calibration[name]!, falseAlarms) }
  return {
    packaged: { name, unit, material },
    material,
    threshold,
    compared: isDistance ? training : undefined,
    scorerFor: async (trained) => scoringWith(trained, material).scorer(name),
  }
}
