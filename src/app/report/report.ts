import { Buffer } from 'node:buffer'
import { isAbsolute, join, relative, sep } from 'node:path'
import { asUserError, writeAtomically } from '../../data/disk/files.ts'
import { createFolders } from '../../data/disk/folders.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import type { ExampleInfo } from '../../models/model.ts'
import { type Figure, type ReportContent, renderReport, type Section } from '../../report/html.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { detectionOfRun } from '../answers/detection.ts'
import { diagnose, testOutputs } from '../doctor/doctor.ts'
import type { ExaminedRun } from '../doctor/finding.ts'
import { readEnvironment, readMetrics, runPaths } from '../run/folder.ts'
import type { Run } from '../run/load.ts'
import { CHAPTERS } from './chapters.ts'
import { keyFigures } from './key-figures.ts'
import { ledgerSection } from './ledger-section.ts'
import { lossSection } from './loss-section.ts'
import { modelSection } from './model-section.ts'
import { configurationSection, environmentSection, reproduceSection } from './run-sections.ts'
import { dataName, likelihoodName, type ReportSource } from './source.ts'
import { verdictSection } from './verdict-section.ts'

export interface ReportOptions {
  /** Called with the name of what is being written. */
  readonly onStage?: ((what: string) => void) | undefined
  /** Another run, drawn in the same figures where that is of use; its examples must have the same shape. */
  readonly beside?: Run | undefined
}

/** Paths of what was written. */
export interface WrittenReport {
  readonly report: string
  readonly figures: readonly string[]
  /** Lines of `metrics.jsonl` that cannot be read, counted from 1; the report says so. */
  readonly unreadable: readonly number[]
}

/** Bytes that the page may have. */
const LARGEST_PAGE = 3_000_000

/**
 * Writes a run's `report.html`, which needs nothing beside it, and each of its figures to `samples/`. The
 * same run gives the same bytes. Figures that would make the page larger than 3 MB are in `samples/` only.
 *
 * @throws UserError where the run's data is gone or changed, the run beside it is on examples of another
 *   shape, or the folder cannot be written.
 */
export async function writeReport(run: Run, options: ReportOptions = {}): Promise<WrittenReport> {
  const stage = options.onStage ?? (() => {})
  const paths = runPaths(run.folder)
  const { beside } = options
  if (beside) requireComparable(run, beside)
  stage('data')
  const data = await run.data()
  const { epochs, failure, unreadable } = await readMetrics(run.folder)
  const known = { run, data, epochs, unreadable, beside }
  const evaluations = await evaluationsOf(known, stage)
  if (data.normal) stage('anomalies')
  const source = { ...known, detection: await detectionOfRun(run, data) }
  const summary = await verdict(source, evaluations, failure, stage)
  const sections = await allSections(source, evaluations, stage)
  const content: ReportContent = {
    title: `${run.config.model} on ${dataName(data)}`,
    subtitle: subtitle(source),
    summary,
    sections,
  }
  stage('report')
  const figures = await writeFigures(paths.samples, sections)
  await writeAtomically(paths.report, renderWithin(content, LARGEST_PAGE))
  return { report: paths.report, figures, unreadable }
}

function requireComparable(run: Run, beside: Run): void {
  const [own, other] = [run, beside].map(({ model }) => model.info) as [ExampleInfo, ExampleInfo]
  if (String(own.exampleShape) !== String(other.exampleShape))
    throw new UserError(
      `beside: ${beside.folder} is on examples of ${other.exampleShape.join(' × ')} values, ${run.folder} on examples of ${own.exampleShape.join(' × ')}; runs can be compared on examples of one shape`,
    )
  if (beside.model.labels === 'condition' && own.classes !== other.classes)
    throw new UserError(
      `beside: ${beside.folder} is conditioned on ${other.classes} classes, and the examples of ${run.folder} have ${own.classes ?? 'none'}`,
    )
}

async function evaluationsOf(
  { run, data }: ReportSource,
  stage: (what: string) => void,
): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = []
  for (const split of ['test', 'validation'] as const) {
    if (data.splits[split].rows.length === 0) continue
    stage(`evaluation on the ${split} split`)
    evaluations.push(await run.evaluate(split))
  }
  return evaluations
}

/** What the doctor finds, and the key figures. */
async function verdict(
  { run, data, epochs, detection }: ReportSource,
  evaluations: readonly Evaluation[],
  failure: ExaminedRun['failure'],
  stage: (what: string) => void,
): Promise<Section> {
  stage('verdict')
  const outputs = data.splits.test.rows.length > 0 ? await testOutputs(run, data) : undefined
  const trained = outputs && { run, outputs }
  const diagnosis = await diagnose({ config: run.config, data, epochs, failure, trained })
  const evaluation = evaluations.find(({ split }) => split === 'test')
  return verdictSection(diagnosis, await keyFigures({ run, data, evaluation, detection, outputs }))
}

async function allSections(
  source: ReportSource,
  evaluations: readonly Evaluation[],
  stage: (what: string) => void,
): Promise<Section[]> {
  const { run } = source
  const sections = [modelSection(source), lossSection(source)]
  for (const { what, belongs, section } of CHAPTERS) {
    if (!belongs(source)) continue
    stage(what)
    sections.push(await section(source))
  }
  sections.push(
    ledgerSection(evaluations),
    configurationSection(run),
    environmentSection(await readEnvironment(run.folder)),
    reproduceSection(source, typedFolder(run.folder)),
  )
  return sections
}

function subtitle({ run, epochs }: ReportSource): string {
  const { definition, latent, restore, fit, stages } = run.model
  const done = counted(epochs.at(-1)?.epoch ?? run.epoch, 'epoch')
  const parts = [
    latent > 0 ? `Code of ${counted(latent, 'dimension')}` : 'No code',
    restore ? likelihoodName(run.model) : 'no likelihood',
    fit
      ? 'computed in closed form'
      : `trained for ${stages.length > 1 ? `${stages.length} stages, the last of ${done},` : done}`,
  ]
  return `${definition.summary}. ${parts.join(', ')} with seed ${run.config.train.seed}.`
}

/** The page within a size: as long as it is too large, its largest figure is left to its own file. */
export function renderWithin(content: ReportContent, bytes: number): string {
  const page = renderReport(content)
  const sizes = content.sections.flatMap(({ figures }) => figures.map(sizeOfFigure))
  if (Buffer.byteLength(page) <= bytes || sizes.length === 0) return page
  const largest = Math.max(...sizes)
  const sections = content.sections.map((section): Section => {
    const left = section.figures.filter((figure) => sizeOfFigure(figure) < largest)
    if (left.length === section.figures.length) return section
    const names = section.figures.filter((figure) => !left.includes(figure)).map(fileName)
    const apart = `Too large for this page: see samples/${names.join(', samples/')}.`
    return {
      ...section,
      figures: left,
      caption: [section.caption, apart].filter(Boolean).join(' '),
    }
  })
  return renderWithin({ ...content, sections }, bytes)
}

const sizeOfFigure = (figure: Figure): number =>
  figure.kind === 'png' ? figure.bytes.length : Buffer.byteLength(figure.svg)

const fileName = ({ name, kind }: Figure): string => `${name}.${kind}`

async function writeFigures(folder: string, sections: readonly Section[]): Promise<string[]> {
  await createFolders(folder).catch((error) => {
    throw asUserError(error, 'create', folder)
  })
  const written: string[] = []
  for (const figure of sections.flatMap(({ figures }) => figures)) {
    const path = join(folder, fileName(figure))
    await writeAtomically(path, figure.kind === 'png' ? figure.bytes : `${figure.svg}\n`)
    written.push(path)
  }
  return written
}

/** A folder as one would type it here: relative where it lies below the working folder. */
function typedFolder(folder: string): string {
  const path = relative('', folder)
  const below = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
  return below ? path : folder
}
