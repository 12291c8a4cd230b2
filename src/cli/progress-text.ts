import { formatFigure } from '../evaluate/ledger/entry.ts'
import { wrapped, wrappedLines } from '../report/wrap.ts'
import { loopPathText } from '../runtime/session.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import type { Figures, TrainingEvent } from '../train/events.ts'

type Event<T extends TrainingEvent['type']> = Extract<TrainingEvent, { readonly type: T }>

/** A part of a line. If the line does not fit, the part with the lowest `keep` is dropped first. */
interface Part {
  readonly text: string
  readonly keep: number
}

const LONGEST_BAR = 28
/** The shortest bar. Longer ones are multiples of it, so that they keep their length while figures change. */
const SHORTEST_BAR = 4
const GAP = '  '

const joined = (parts: readonly Part[]): string => parts.map(({ text }) => text).join(GAP)

/** As many parts as fit into `width` columns. */
function fitting(parts: readonly Part[], width: number): readonly Part[] {
  if (joined(parts).length <= width || parts.length === 0) return parts
  const least = Math.min(...parts.map(({ keep }) => keep))
  return fitting(
    parts.filter(({ keep }) => keep !== least),
    width,
  )
}

/**
 * The live line of a training run: stage, epoch, bar, step, loss terms, examples per second, time left. Narrow
 * terminals show less of it, never more than `width` columns.
 *
 * @param start what the stage began with
 */
export function progressLine(
  event: Event<'progress'>,
  width: number,
  start?: Event<'start'>,
): string {
  const { epoch, epochs, step, stepsPerEpoch, examplesPerSecond, secondsLeft } = event
  const bar: Part = { text: ' '.repeat(SHORTEST_BAR), keep: 5 }
  const { stage } = event
  const number = start?.stages ? ` [${start.stageNumber}/${start.stages}]` : ''
  const parts = fitting(
    [
      ...(stage ? [{ text: `${stage}${number}`, keep: 7 }] : []),
      { text: `epoch ${epoch}/${epochs}`, keep: 8 },
      bar,
      { text: `${String(step).padStart(String(stepsPerEpoch).length)}/${stepsPerEpoch}`, keep: 2 },
      ...lossParts(event, start),
      { text: `${rate(examplesPerSecond)}/s`, keep: 3 },
      { text: `${duration(secondsLeft)} left${stage ? ` of ${stage}` : ''}`, keep: 6 },
    ],
    width,
  )
  const room = Math.floor((width - joined(parts).length) / SHORTEST_BAR)
  const length = Math.min(LONGEST_BAR, SHORTEST_BAR * (1 + room))
  const text = filled(step / stepsPerEpoch, length)
  return joined(parts.map((part) => (part === bar ? { ...bar, text } : part)))
}

/** The live line of a model in closed form, of at most `width` columns. */
export function computingLine({ share, secondsLeft }: Event<'computing'>, width: number): string {
  const bar: Part = { text: filled(share, LONGEST_BAR), keep: 1 }
  const left = { text: `${duration(secondsLeft)} left`, keep: 2 }
  const parts = [{ text: `computing ${Math.round(share * 100)} %`, keep: 3 }, bar, left]
  return joined(fitting(parts, width))
}

function lossParts({ terms, objective }: Figures, start: Event<'start'> | undefined): Part[] {
  const names = Object.entries(terms)
  const loss = { text: `loss ${formatFigure(objective)}`, keep: 1 }
  const each = names.map(([name, value]) => ({ text: `${name} ${formatFigure(value)}`, keep: 4 }))
  const isRedundant = isOnlyTerm({ terms, objective }) || hasPhases(start)
  return isRedundant ? each : [loss, ...each]
}

/** Whether there are several losses, whose sum nothing minimises. */
const hasPhases = (start: Event<'start'> | undefined): boolean => (start?.phases?.length ?? 0) > 1

/** Whether the loss is a single term, so that showing both would show it twice. */
function isOnlyTerm({ terms, objective }: Figures): boolean {
  const [value, ...others] = Object.values(terms)
  return others.length === 0 && Math.abs(value! - objective) <= 1e-6 * Math.abs(objective)
}

function filled(share: number, length: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * length)
  return '█'.repeat(full) + '░'.repeat(length - full)
}

/**
 * The permanent line after an epoch. What does not fit into `width` columns continues on lines of its own.
 *
 * @param start what the stage began with
 */
export function epochLine(
  event: Event<'epoch'>,
  width = Number.POSITIVE_INFINITY,
  start?: Event<'start'>,
): string {
  const { stage, epoch, epochs, train, validation, best, seconds, examplesPerSecond } = event
  const number = String(epoch).padStart(String(epochs).length)
  const figuresOf = (split: string, figures: Figures) =>
    hasPhases(start)
      ? [`${split} ${listed(figures)}`, '']
      : [`${split} ${formatFigure(figures.objective)}`, inBrackets(figures)]
  const [training, trainingTerms] = figuresOf('train', train)
  const [validating, validationTerms] = validation ? figuresOf('validation', validation) : []
  const parts = [
    stage ?? '',
    `epoch ${number}/${epochs}`,
    training!,
    trainingTerms!,
    validating ?? '',
    validationTerms ?? '',
    `after ${duration(seconds)}`,
    `${rate(examplesPerSecond)} examples/s`,
    best ? 'best' : '',
  ]
  return onLines(
    parts.filter((text) => text !== ''),
    width,
  )
}

const CONTINUED = '    '

/** Parts beside each other, on as many lines as they need. */
function onLines(parts: readonly string[], width: number): string {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + GAP.length + part.length <= width)
      lines[lines.length - 1] = last + GAP + part
    else lines.push(last === undefined ? part : CONTINUED + part)
  }
  return lines.map((line) => wrappedLines(line, width, CONTINUED.length)).join('\n')
}

/** A line of at most `width` columns: what is left out at its end is marked. */
export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${wrapped(text, width - 2)[0]} …`.slice(0, width)
}

function inBrackets(figures: Figures): string {
  return isOnlyTerm(figures) ? '' : `(${listed(figures)})`
}

const listed = ({ terms }: Figures): string =>
  Object.entries(terms)
    .map(([name, value]) => `${name} ${formatFigure(value)}`)
    .join(', ')

/** The line at the start of a stage; for stages after the first, without what has not changed. */
export function startLine(event: Event<'start'>, isFirst = true): string {
  const { epochs, epoch, stepsPerEpoch, examples, dropped, parameters, runtime, loops } = event
  const ragged = dropped > 0 ? ` (${dropped} left out of each shuffle)` : ''
  const from = epoch > 0 ? `, from epoch ${epoch + 1} on` : ''
  const { stage, stageNumber, stages } = event
  const prefix = stage ? `${stage} (stage ${stageNumber} of ${stages}): ` : ''
  const steps = `${prefix}${counted(epochs, 'epoch')} of ${counted(stepsPerEpoch, 'step')}${from}`
  if (!isFirst) return steps
  // A model in closed form has no steps and no trained parameters.
  if (parameters === 0) return [counted(examples, 'example'), runtime].join('; ')
  return [
    steps,
    `${counted(examples, 'example')}${ragged}`,
    counted(parameters, 'parameter'),
    loops ? `${runtime}, ${loopPathText(loops)}` : runtime,
  ].join('; ')
}

/** A rate, rounded. */
const rate = (perSecond: number): string =>
  Number.isFinite(perSecond) ? grouped(Math.round(perSecond)) : '–'

/** `4.2 s`, `45 s`, `1:12`, `2:03:04`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
