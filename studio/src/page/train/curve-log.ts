import type { Figures, TrainingEvent } from 'latentlab/browser'

/** The name of the objective among the terms. */
export const OBJECTIVE = 'objective'

/** Points of a line, from left to right; x counts epochs over all stages. */
export interface Line {
  readonly x: number[]
  readonly y: number[]
}

/** A figure over the training. */
export interface Curve {
  readonly name: string
  /** Means over the steps since the point before. */
  readonly train: Line
  /** At the ends of epochs. */
  readonly validation: Line
}

/** Something that happened at a place of the curves. */
export interface Mark {
  readonly x: number
  readonly kind: 'stage' | 'change'
  readonly label: string
}

type Event<T extends TrainingEvent['type']> = Extract<TrainingEvent, { readonly type: T }>

/** The most points of a line, which is a few for each pixel of a plot. */
const MOST_POINTS = 1200

/** What a training's events say of its terms, as lines. */
export class CurveLog {
  readonly marks: Mark[] = []
  /** Where the training is, in epochs over all stages. */
  at = 0
  /** Where it will end, as far as is known: stages that have not begun do not count. */
  end = 0
  private readonly known = new Map<string, Curve>()
  private hasPhases = false
  private isSingleTerm = true
  private offset = 0
  private stepsPerEpoch = 1
  private before:
    | { readonly epoch: number; readonly step: number; readonly figures: Figures }
    | undefined

  /** The curves to show, the objective first. It is left out where it is the only term, or where nothing minimises it. */
  get curves(): readonly Curve[] {
    const isShown = !this.isSingleTerm && !this.hasPhases
    return [...this.known.values()]
      .filter(({ name }) => name !== OBJECTIVE || isShown)
      .sort((a, b) => Number(b.name === OBJECTIVE) - Number(a.name === OBJECTIVE))
  }

  add(event: TrainingEvent): void {
    if (event.type === 'start') this.start(event)
    else if (event.type === 'progress') this.steps(event, event)
    else if (event.type === 'epoch') this.epoch(event)
  }

  /** Marks a change of now. */
  mark(label: string): void {
    this.marks.push({ x: this.at, kind: 'change', label })
  }

  private start({ stage, epoch, epochs, stepsPerEpoch, phases }: Event<'start'>): void {
    this.offset = this.at - (this.at === 0 ? 0 : epoch)
    this.at = this.offset + epoch
    this.end = this.offset + epochs
    this.stepsPerEpoch = stepsPerEpoch
    this.hasPhases = (phases?.length ?? 0) > 1
    this.before = undefined
    if (stage) this.marks.push({ x: this.at, kind: 'stage', label: stage })
  }

  private epoch({ epoch, epochs, train, validation }: Event<'epoch'>): void {
    this.steps(
      { epoch, epochs, step: this.stepsPerEpoch, stepsPerEpoch: this.stepsPerEpoch },
      train,
    )
    this.before = undefined
    if (!validation) return
    for (const [name, value] of figuresOf(validation)) {
      const line = this.curve(name).validation
      if (Number.isFinite(value)) push(line, this.offset + epoch, value)
    }
  }

  /** Adds a point for the steps since the last one, of means over the epoch so far. */
  private steps(
    place: Pick<Event<'progress'>, 'epoch' | 'epochs' | 'step' | 'stepsPerEpoch'>,
    figures: Figures,
  ): void {
    const { epoch, epochs, step, stepsPerEpoch } = place
    const before = this.before?.epoch === epoch ? this.before : undefined
    const past = before?.step ?? 0
    this.end = this.offset + epochs
    this.at = this.offset + epoch - 1 + step / stepsPerEpoch
    this.before = { epoch, step, figures }
    const [term, ...others] = Object.values(figures.terms)
    this.isSingleTerm =
      others.length === 0 && Math.abs(term! - figures.objective) <= 1e-6 * Math.abs(term!)
    if (step <= past) return
    const earlier = before && new Map(figuresOf(before.figures))
    for (const [name, mean] of figuresOf(figures)) {
      const sum = mean * step - (earlier?.get(name) ?? 0) * past
      const value = sum / (step - past)
      if (Number.isFinite(value)) push(this.curve(name).train, this.at, value)
    }
  }

  private curve(name: string): Curve {
    const found = this.known.get(name) ?? {
      name,
      train: { x: [], y: [] },
      validation: { x: [], y: [] },
    }
    this.known.set(name, found)
    return found
  }
}

const figuresOf = ({ terms, objective }: Figures): readonly [string, number][] => [
  [OBJECTIVE, objective],
  ...Object.entries(terms),
]

function push(line: Line, x: number, y: number): void {
  line.x.push(x)
  line.y.push(y)
  if (line.x.length > MOST_POINTS) halve(line)
}

/** Replaces pairs of neighbours by their means; the last point stays. */
export function halve({ x, y }: Line): void {
  const last = x.length - 1
  let to = 0
  for (let from = 0; from < last; from += 2) {
    const next = Math.min(from + 1, last - 1)
    x[to] = x[next]!
    y[to] = (y[from]! + y[next]!) / 2
    to++
  }
  x[to] = x[last]!
  y[to] = y[last]!
  x.length = y.length = to + 1
}
