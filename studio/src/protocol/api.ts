import type { TrainingEvent } from 'latentlab/browser'

/*
 * What the page asks of a session. A session holds one set of examples, one training and one model in view; it runs in a
 * worker of the page, or in the local server. Values of examples are float32 rows `[n, D]` as the network sees them (pixels in
 * [0, 1], channel by channel), codes are `[n, L]`; both travel as flat arrays.
 */

export interface SessionCalls {
  /** Called first, and again to see which runs are kept. */
  start(): Promise<SessionFacts>
  /** Sends the events again that say how things are: after a stream of events was cut. */
  resend(): Promise<void>

  /** The example that comes with the page: a trained model and the examples of its map. */
  openExample(): Promise<ModelSummary>
  /** Reads data, without training on it. Its examples replace those of the data before when a training starts. */
  openData(request: DataRequest): Promise<DataSummary>
  /** Opens the files of a run (a folder or a ZIP archive), with its data where that is beside it, or of a package; undefined for others. */
  openModel(files: readonly NamedFile[]): Promise<ModelSummary | undefined>
  /** Of the local server: opens a run or package of its folder. */
  openPath(path: string): Promise<ModelSummary>
  /** Opens a kept run; a run that is not finished can be continued by `continueRun`. */
  openRun(id: string): Promise<ModelSummary>
  forgetRun(id: string): Promise<void>

  /** Forms: the members of the family, and the options of one. */
  models(): Promise<readonly ModelFacts[]>
  options(model: string): Promise<readonly OptionFacts[]>

  /** Trains on the opened data. Resolves when the training has begun; events follow. */
  train(request: TrainRequest): Promise<ModelSummary>
  /** Goes on with a kept run, with changes to its options from there on. */
  continueRun(id: string, changes?: Adjustments): Promise<ModelSummary>
  pause(): Promise<void>
  resume(): Promise<void>
  /** Some steps, 1 by default, then it is paused. */
  step(count?: number): Promise<void>
  /** Ends the training; the model stays in view. */
  stop(): Promise<void>
  adjust(changes: Adjustments): Promise<void>

  /** Examples of the map, with their codes. */
  map(): Promise<MapPoints>
  /** The examples of the map in another way: a number for each, or a class. */
  colours(by: ColourBy): Promise<PointColours>
  /** The two dimensions of a projection of the map's codes. */
  project(kind: 'pca' | 'umap'): Promise<Projection>

  /** Values of examples of the map, by their places in it. */
  examples(places: Int32Array): Promise<Float32Array>
  /** The same as bytes, 0 to 255, for thumbnails: `[n, H, W, C]`. */
  thumbnails(places: Int32Array): Promise<Uint8Array>
  encode(values: Float32Array, label?: number): Promise<Float32Array>
  decode(codes: Float32Array, label?: number): Promise<Float32Array>
  reconstruct(values: Float32Array, labels?: Int32Array): Promise<Float32Array>
  /** A function of the seed. */
  sample(count: number, seed: number, label?: number): Promise<Float32Array>
  corrupt(values: Float32Array, corruption: string, seed: number): Promise<Float32Array>
  score(values: Float32Array, labels?: Int32Array): Promise<ScoredExamples>
  /** Scores of test examples, for a threshold. */
  calibration(): Promise<Calibration>
  latents(): Promise<LatentFacts>
  /** Codes between two, both included, `[steps, L]`. */
  path(
    from: Float32Array,
    to: Float32Array,
    steps: number,
    along: 'line' | 'sphere',
  ): Promise<Float32Array>
  /** Rows of a table in the units of its file, of values `[n, D]`. */
  rows(values: Float32Array): Promise<readonly TableCells[]>
  /** Thickness, slant and width of pictures `[n, D]`. */
  measures(values: Float32Array): Promise<readonly PictureMeasures[]>
  findings(): Promise<readonly FindingText[]>

  /** Files to take away. */
  saveRun(): Promise<NamedFile>
  savePackage(): Promise<NamedFile>
  saveTable(places: Int32Array): Promise<NamedFile>
  /** The command and the TypeScript that repeat the training of the model in view. */
  recipe(): Promise<Recipe>
}

/** What a session reports unasked. */
export type SessionEvent =
  | { readonly type: 'training'; readonly event: TrainingEvent }
  | { readonly type: 'state'; readonly state: TrainingState }
  /** The parameters of the model in view have changed. */
  | { readonly type: 'parameters'; readonly epoch: number; readonly step: number }
  | { readonly type: 'findings'; readonly findings: readonly FindingText[] }
  | { readonly type: 'progress'; readonly task: Task; readonly share: number }
  /** What computes is there, or has changed. */
  | { readonly type: 'runtime'; readonly name: string }
  | { readonly type: 'failed'; readonly message: string }
  /**
   * The training has ended since a number was no longer finite. The run was put back to where its loss was still sound, after so many
   * epochs; it may be continued with another learning rate, of which one is proposed.
   */
  | {
      readonly type: 'diverged'
      readonly run: string
      readonly epoch: number
      readonly lr: number
    }

export type Task = 'read' | 'encode' | 'project'
export type TrainingState = 'none' | 'running' | 'paused' | 'ended'

export interface NamedFile {
  /** With the folders it lies in: `faults/3/a.png`. */
  readonly path: string
  readonly file: Blob
}

export interface SessionFacts {
  readonly place: 'browser' | 'local'
  readonly version: string
  /** Data sets that need no file. */
  readonly bundled: readonly string[]
  readonly runs: readonly KeptRun[]
  /** Of the local server: what lies in its folder. */
  readonly folder: readonly FolderEntry[]
}

export interface KeptRun {
  readonly id: string
  readonly name: string
  readonly model: string
  readonly epoch: number
  readonly epochs: number
  /** Milliseconds since 1970. */
  readonly changed: number
  readonly finished: boolean
}

export interface FolderEntry {
  readonly path: string
  readonly kind: 'data' | 'run' | 'package'
}

export type DataRequest = (
  | { readonly from: 'bundled'; readonly name: string }
  | { readonly from: 'files'; readonly files: readonly NamedFile[] }
  | { readonly from: 'folder'; readonly path: string }
) & { readonly reading?: Reading }

/** Corrections to how data is read. */
export interface Reading {
  /** Kinds of columns, by their names; `skip` leaves a column out. */
  readonly kinds?: Readonly<Record<string, string>>
  /** The column of labels; null for none. */
  readonly label?: string | null
  /** Labels of normal rows. */
  readonly normal?: readonly string[]
  /** Of a text file. */
  readonly separator?: string
  readonly encoding?: string
  readonly decimal?: 'point' | 'comma'
  readonly header?: boolean
  readonly layout?: string
  readonly size?: string
  readonly colour?: string
}

export interface DataSummary {
  readonly name: string
  readonly kind: 'images' | 'table' | 'array'
  readonly rows: number
  readonly splits: { readonly train: number; readonly validation: number; readonly test: number }
  readonly picture?: PictureShape
  readonly columns?: readonly ColumnSummary[]
  /** The column that looks like labels, where none was chosen; models learn from it nevertheless. */
  readonly likelyLabel?: string
  /** The first rows, which alone were looked at for the columns; absent where that were all. */
  readonly inspected?: number
  readonly classes?: readonly ClassFacts[]
  /** What a reader should know, in English. */
  readonly remarks: readonly string[]
  /** The first examples, `[n, D]`, at most 24. */
  readonly preview: Float32Array
  readonly proposal: Proposal
}

export interface PictureShape {
  readonly width: number
  readonly height: number
  readonly channels: number
}

export interface ColumnSummary {
  readonly name: string
  readonly kind: string
  /** What it may be instead. */
  readonly kinds: readonly string[]
  /** Why it is taken for that, and what training does with it, in the library's English. */
  readonly reason: string
  readonly treatment: string
  /** Cells without a value, among the rows that were looked at. */
  readonly missing: number
  /** How many different values there are, at least. */
  readonly distinct: number
  /** A few of them, as text. */
  readonly examples: readonly string[]
  readonly range?: readonly [low: number | string, high: number | string]
}

export interface ClassFacts {
  readonly label: number
  readonly name: string
  readonly count: number
}

/** What a training of this data would choose. */
export interface Proposal {
  readonly model: string
  readonly options: Readonly<Record<string, unknown>>
}

export interface ModelFacts {
  readonly name: string
  readonly summary: string
  readonly paper: string
}

export interface OptionFacts {
  readonly name: string
  readonly description: string
  readonly default: unknown
  readonly choices?: readonly string[]
  readonly section: 'model' | 'data' | 'training' | 'computing'
  /** The other option, and the values of it, with which alone this one is used. */
  readonly usedWith?: { readonly option: string; readonly values: readonly unknown[] }
  /** Whether it may be changed while a model is trained. */
  readonly adjustable: boolean
}

export interface TrainRequest {
  readonly model: string
  readonly options: Readonly<Record<string, unknown>>
  readonly paused?: boolean
}

/** Options by name, of those that are `adjustable`. */
export type Adjustments = Readonly<Record<string, number | string>>

export interface ModelSummary {
  readonly source: 'example' | 'training' | 'run' | 'package'
  readonly title: string
  readonly model: string
  /** Dimensions of the code; 0 for a model without one. */
  readonly latent: number
  readonly dimension: number
  readonly picture?: PictureShape
  readonly columns?: readonly string[]
  /** The column that looks like labels, where there are none. */
  readonly likelyLabel?: string
  /** Of the columns that hold dates: whether only days differ, or times of the day, too. */
  readonly dates?: Readonly<Record<string, DatePrecision>>
  readonly classes?: readonly ClassFacts[]
  readonly can: Capabilities
  readonly options: Readonly<Record<string, unknown>>
  readonly epoch: number
  readonly step: number
  /** Of the examples that can be shown on the map; 0 where there are none. */
  readonly examples: number
}

export interface Capabilities {
  readonly encode: boolean
  readonly decode: boolean
  readonly sample: boolean
  readonly denoise: boolean
  readonly score: boolean
  /** Whether its networks see the label. */
  readonly labels: boolean
}

export interface MapPoints {
  readonly count: number
  /** `[n, L]` */
  readonly codes: Float32Array
  /** The class of each, as a place in `ModelSummary.classes`; empty without labels. */
  readonly classes: Int32Array
  /** 0 training, 1 validation, 2 test. */
  readonly splits: Uint8Array
  /** Of each example, its number in the data, counted from 0. */
  readonly numbers: Int32Array
}

export type ColourBy =
  | { readonly by: 'label' }
  | { readonly by: 'split' }
  | { readonly by: 'loss' }
  | { readonly by: 'score' }
  | { readonly by: 'column'; readonly column: string }

/** Classes are places in `names`; -1 is none. Numbers may be NaN. */
export type PointColours =
  | { readonly kind: 'classes'; readonly values: Int32Array; readonly names: readonly string[] }
  | { readonly kind: 'numbers'; readonly values: Float32Array; readonly unit: string }

export interface Projection {
  /** `[n, 2]`, of the places. */
  readonly positions: Float32Array
  /** Places of the map's points that are projected; UMAP takes a sample. */
  readonly places: Int32Array
  /** The share of the variance that PCA's two components hold. */
  readonly explained?: readonly number[]
}

export interface ScoredExamples {
  readonly scores: Float32Array
  /** What adds up to each score, `[n, width]`: for each value of a picture, or each column. */
  readonly shares: Float32Array
  readonly width: number
  readonly unit: string
  readonly threshold: number
}

export interface Calibration {
  /** Of normal examples, ascending. */
  readonly normal: Float32Array
  /** Of known anomalies, where labels tell. */
  readonly anomalies: Float32Array
  readonly threshold: number
  /** The share of normal examples above it. */
  readonly falseAlarms: number
  readonly unit: string
}

export interface LatentFacts {
  /** For each dimension: mean KL in nats, where the model has one. */
  readonly kl?: Float32Array
  readonly mean: Float32Array
  readonly deviation: Float32Array
  readonly active: Uint8Array
  /** Dimensions, the most informative first. */
  readonly order: Int32Array
}

export type DatePrecision = 'day' | 'minute'

/** In the order of `ModelSummary.columns`; null where a value is missing. Dates are days since 1970, in UTC. */
export type TableCells = readonly (number | string | null)[]

export interface PictureMeasures {
  /** Mean thickness of strokes, in pixels. */
  readonly thickness: number
  /** In degrees; positive leans to the right. */
  readonly slant: number
  /** Of the ink, in pixels. */
  readonly width: number
}

export interface FindingText {
  readonly name: string
  readonly what: string
  readonly evidence: string
  readonly try: string
  /** What to try, where that is options to be set. */
  readonly options?: Readonly<Record<string, string | number | boolean>>
}

export interface Recipe {
  readonly command: string
  readonly typescript: string
  /** Whether options were changed while it was trained: then only the saved run repeats it to the byte. */
  readonly changed: boolean
}
