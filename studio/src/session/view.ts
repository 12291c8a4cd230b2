import { type LatentDimensions, type Model, UserError } from 'latentlab/browser'
import type { Capabilities, FindingText, ModelSummary, PictureShape } from '../protocol/api.ts'
import { datesOf } from './dates.ts'
import type { ExampleSet } from './example-set.ts'
import type { DataSource } from './host.ts'
import { likelyLabelOf } from './likely-label.ts'
import type { Files } from './run-storage.ts'

/** The model that is looked at, with the examples of its map. */
export interface View {
  readonly source: ModelSummary['source']
  readonly title: string
  readonly examples: ExampleSet | undefined
  readonly dataSource?: DataSource
  /** What each dimension says about the examples, where it was computed before. */
  readonly dimensions?: LatentDimensions['dimensions']
  /** The model, with the parameters of now where it is being trained; for one call. */
  model(): Promise<Model>
  /** The same for work of several calls, or over many examples. */
  use?<T>(work: (model: Model) => Promise<T>): Promise<T>
  /** The files of the run. */
  files?(): Promise<Files>
  /** What the doctor has found, of a model that is trained here. */
  findings?(): readonly FindingText[]
  close(): Promise<void>
}

/** Holds the view, of which there is one at a time. */
export class CurrentView {
  private view: View | undefined
  /** Of the view before; its failure is that of what comes next. */
  private closing: Promise<void> | undefined

  async set(view: View): Promise<ModelSummary> {
    // The model is ready before it comes into view, so that the page hears of it at once.
    const summary = await summaryOf(view)
    await this.closing
    this.closing = this.view?.close()
    this.closing?.catch(() => {})
    this.view = view
    return summary
  }

  get(): View {
    if (!this.view) throw new UserError('no model is open; open one, or train one')
    return this.view
  }

  model(): Promise<Model> {
    return this.get().model()
  }

  /** For work of several calls, between which the model may be replaced, or over many examples. */
  async use<T>(work: (model: Model) => Promise<T>): Promise<T> {
    const view = this.get()
    return view.use ? view.use(work) : work(await view.model())
  }

  /** What the doctor has found of the model. */
  found(): readonly FindingText[] {
    return this.view?.findings?.() ?? []
  }

  examples(): ExampleSet {
    const { examples } = this.get()
    if (!examples) throw new UserError('the model is open without its data')
    return examples
  }

  summary(): Promise<ModelSummary> {
    return summaryOf(this.get())
  }

  async close(): Promise<void> {
    await this.closing
    await this.view?.close()
    this.view = undefined
  }
}

async function summaryOf(view: View): Promise<ModelSummary> {
  const { source, title, examples } = view
  const model = await view.model()
  const { info, latent } = model.model
  const picture = pictureOf(info.exampleShape)
  const isLabelled = examples !== undefined && examples.facts.length > 0
  const likely = isLabelled ? undefined : likelyLabelOf(info.columns ?? [])
  return {
    source,
    title,
    model: model.config.model,
    latent,
    dimension: info.dimension,
    ...(picture && { picture }),
    ...(info.columns && { columns: info.columns.map(({ name }) => name) }),
    ...(info.columns && { dates: datesOf(info.columns) }),
    ...(likely !== undefined && { likelyLabel: likely }),
    ...(isLabelled && { classes: examples.facts }),
    can: capabilities(model),
    options: model.config.options,
    epoch: model.epoch,
    step: model.step,
    examples: examples?.count ?? 0,
  }
}

/** Of examples `[C, H, W]`. */
export function pictureOf(shape: readonly number[]): PictureShape | undefined {
  if (shape.length !== 3) return undefined
  const [channels, height, width] = shape as [number, number, number]
  return { channels, height, width }
}

function capabilities({ model }: Model): Capabilities {
  const { posterior, likelihood, restore, prior, corrupt } = model
  return {
    encode: posterior !== undefined,
    decode: likelihood !== undefined,
    sample: prior !== undefined && likelihood !== undefined,
    denoise: corrupt !== undefined,
    score: posterior !== undefined || restore !== undefined,
    labels: model.labels === 'condition',
  }
}
