import { Buffer } from 'node:buffer'
import { mkdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { type Figure, type ReportContent, renderReport, type Section } from '../report/html.ts'
import { type Evaluation, evaluateRun } from './evaluation.ts'
import { asUserError, writeAtomically } from './files.ts'
import type { LoadedRun } from './load.ts'
import { codesSection } from './report/codes-section.ts'
import { ledgerSection } from './report/ledger-section.ts'
import { lossSection } from './report/loss-section.ts'
import { epochEvents } from './report/metrics.ts'
import { modelSection } from './report/model-section.ts'
import {
  interpolationPictures,
  manifoldPictures,
  reconstructionPictures,
  samplePictures,
} from './report/picture-sections.ts'
import {
  configurationSection,
  environmentSection,
  reproduceSection,
} from './report/run-sections.ts'
import { counted, dataName, isPicture, likelihoodName, type ReportSource } from './report/source.ts'
import { reconstructionTable, sampleTable } from './report/table-sections.ts'
import { runPaths } from './run-folder.ts'

export interface ReportOptions {
  /** Called with what is under way. */
  readonly onStage?: (what: string) => void
}

/** Paths of what was written. */
export interface WrittenReport {
  readonly report: string
  readonly figures: readonly string[]
}

/** Bytes that the page may have. */
const LARGEST_PAGE = 3_000_000

/**
 * Writes a run's `report.html`, which needs nothing beside it, and each of its figures to `samples/`. The
 * same run gives the same bytes. Figures that would make the page larger than 3 MB stand in `samples/` only.
 *
 * @throws UserError where the run's data is gone or changed, or the folder cannot be written.
 */
export async function writeReport(
  run: LoadedRun,
  options: ReportOptions = {},
): Promise<WrittenReport> {
  const stage = options.onStage ?? (() => {})
  const paths = runPaths(run.folder)
  stage('data')
  const data = await run.data()
  const source = { run, data, epochs: epochEvents((await textOf(paths.metrics)) ?? '') }
  const sections = await allSections(source, stage)
  const content: ReportContent = {
    title: `${run.config.model} on ${dataName(data)}`,
    subtitle: subtitle(source),
    sections,
  }
  stage('report')
  const figures = await writeFigures(paths.samples, sections)
  await writeAtomically(paths.report, renderWithin(content, LARGEST_PAGE))
  return { report: paths.report, figures }
}

async function allSections(
  source: ReportSource,
  stage: (what: string) => void,
): Promise<Section[]> {
  const { run, data } = source
  const pictures = isPicture(data)
  const sections = [modelSection(source), lossSection(source)]
  stage('reconstructions')
  sections.push(await (pictures ? reconstructionPictures(source) : reconstructionTable(source)))
  stage('samples')
  sections.push(await samplesSection(source))
  if (pictures && run.model.latent === 2) {
    stage('manifold')
    sections.push(await manifoldPictures(source))
  }
  stage('codes')
  sections.push(await codesSection(source))
  if (pictures) {
    stage('interpolation')
    sections.push(await interpolationPictures(source))
  }
  const evaluations: Evaluation[] = []
  for (const split of ['test', 'validation'] as const) {
    if (data.splits[split].rows.length === 0) continue
    stage(`evaluation on the ${split} split`)
    evaluations.push(await evaluateRun(run, data, split))
  }
  sections.push(
    ledgerSection(evaluations),
    configurationSection(run),
    environmentSection(await environmentOf(run.folder)),
    reproduceSection(source, typedFolder(run.folder)),
  )
  return sections
}

async function samplesSection(source: ReportSource): Promise<Section> {
  if (source.run.model.prior)
    return isPicture(source.data) ? samplePictures(source) : sampleTable(source)
  return {
    id: 'samples',
    title: 'Samples from the prior',
    caption: `There are none: ${source.run.config.model} has no prior p(z), so nothing says which codes are likely. Train a model that has one, such as vae, to draw new examples.`,
    figures: [],
  }
}

function subtitle({ run, epochs }: ReportSource): string {
  const { definition, latent } = run.model
  const done = epochs.at(-1)?.epoch ?? run.epoch
  return `${definition.summary}. Code of ${counted(latent, 'dimension')}, ${likelihoodName(run.model)} likelihood, trained for ${counted(done, 'epoch')} with seed ${run.config.train.seed}.`
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
  await mkdir(folder, { recursive: true }).catch((error) => {
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

async function environmentOf(folder: string): Promise<Record<string, unknown> | undefined> {
  const text = await textOf(runPaths(folder).environment)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** A file's text; undefined where there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asUserError(error, 'read', path)
  }
}

/** A folder as one would type it here: relative where it lies below the working folder. */
function typedFolder(folder: string): string {
  const path = relative('', folder)
  const below = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
  return below ? path : folder
}
