import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { termKinds } from '../../evaluate/loss/stage-loss.ts'
import { networkOf } from '../../models/adversarial.ts'
import type { Section } from '../../report/html.ts'
import { lossCurves } from '../../report/loss-curves.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { type BuiltModel, type BuiltStage, lastStage } from '../../train/build.ts'
import { lossSeries, OBJECTIVE, stagesOf, unreadableText } from './metrics.ts'
import type { ReportSource } from './source.ts'

const shared = { id: 'loss', title: 'Loss over training' }

/** The loss terms over the epochs, stage by stage. */
export function lossSection(source: ReportSource): Section {
  const { run, epochs } = source
  const { model } = run
  const missing = missingText(source)
  if (epochs.length === 0)
    return {
      ...shared,
      caption: missing || 'No epoch has finished yet, so there are no curves.',
      figures: [],
    }
  if (model.fit) return closedFormSection(source)
  const stages = stagesOf(epochs)
  const stageNamed = (name = '') => model.stages.find((stage) => stage.name === name)
  // Each phase minimises its own loss, and nothing minimises the sum.
  const series = lossSeries(epochs).filter(
    ({ term, stage }) => term !== OBJECTIVE || (stageNamed(stage)?.phases.length ?? 1) === 1,
  )
  const terms = [...new Set(series.map(({ term }) => term))]
  const validated = epochs.some(({ validation }) => validation)
  const isJoint = lastStage(model).phases.length === 1
  // The seconds of an epoch are those of training so far.
  const { seconds } = epochs.at(-1)!
  const speeds = epochs.map((epoch) => epoch.examplesPerSecond).filter(Number.isFinite)
  const speed = speeds.reduce((sum, value) => sum + value, 0) / speeds.length
  const caption = [
    `${counted(epochs.length, 'epoch')}${stages.length > 1 ? ` in ${stages.length} stages` : ''} in ${grouped(seconds.toFixed(seconds < 10 ? 1 : 0))} s${speeds.length > 0 ? `, ${grouped(speed.toFixed(0))} examples per second` : ''}.`,
    missing,
    `The rest of this report uses the ${run.checkpoint} checkpoint, of epoch ${run.epoch}${stages.length > 1 ? ` of the stage “${stages.at(-1)}”` : ''}.`,
    stagesText(stages),
    ...model.stages.map(phasesText),
    terms.length > 2 && terms.includes(OBJECTIVE)
      ? `“${OBJECTIVE}” is the weighted sum that training minimises; a term may rise while it falls.`
      : '',
    validated
      ? isJoint &&
        'Look at the gap: where the validation curve turns up while the training curve still falls, the model is memorising its training examples.'
      : 'There is no validation split, so these curves cannot show overfitting.',
  ]
  return {
    ...shared,
    caption: caption.filter(Boolean).join(' '),
    figures: [
      {
        kind: 'svg',
        name: 'loss-curves',
        svg: lossCurves(series, { total: OBJECTIVE, unit: unitsOf(model) }),
        alt: `Curves of ${terms.join(', ')} over ${counted(epochs.length, 'epoch')}`,
        caption: `Means over the examples; each panel has its own scale. Training values are means over an epoch while the parameters change${validated ? '; validation values are taken at its end, which is why they can lie below at first' : ''}.${scheduleNote(model, validated)}`,
      },
    ],
  }
}

/** A sentence if lines of the metrics, and so perhaps epochs, are missing. */
function missingText({ unreadable }: ReportSource): string {
  const text = unreadableText(unreadable)
  return text && `${text}: their epochs are missing here.`
}

/** A model in closed form has two figures and no curve. */
function closedFormSection(source: ReportSource): Section {
  const { run, epochs } = source
  const { train, validation, seconds } = epochs.at(-1)!
  const figures = Object.entries(train.terms).map(([name, value]) => {
    const other = validation?.terms[name]
    const beside = other === undefined ? '' : `, ${formatFigure(other)} on the validation split`
    return `${name} ${formatFigure(value)} on the training examples${beside}`
  })
  return {
    ...shared,
    caption:
      `${run.config.model} is computed in closed form, here in ${grouped(seconds.toFixed(1))} s, not trained in steps: there is no curve to show. Its loss: ${figures.join('; ')} (nats per example). ${missingText(source)}`.trimEnd(),
    figures: [],
  }
}

function stagesText(stages: readonly (string | undefined)[]): string {
  if (stages.length < 2) return ''
  return `The stages, one after the other, each with an optimiser of its own: ${stages.join(', ')}. A layer that is trained by itself reconstructs the output of the layers below it, so the losses of two stages measure different things.`
}

/** Which networks the phases of a stage train, if there are several. */
function phasesText({ phases }: BuiltStage): string {
  if (phases.length < 2) return ''
  const each = phases.map(({ name, trains }) => {
    const networks = new Set(trains.map((parameter) => networkOf(parameter.name)))
    return `“${name}” trains ${[...networks].join(' and ')}`
  })
  return `Each step has ${phases.length} phases, each with its own loss: ${each.join(', ')}. A loss may rise because another phase improves: what matters is a balance between them.`
}

/** The unit of each term of each stage. */
function unitsOf(model: BuiltModel): (term: string, stage?: string) => string {
  const units = new Map(
    model.stages.map(({ name }, i) => [name, termKinds(model, model.stages[i]!)]),
  )
  return (term, stage = '') => {
    const kinds = units.get(stage) ?? {}
    if (term !== OBJECTIVE) return kinds[term]?.unit ?? ''
    const summed = new Set(
      Object.values(kinds).flatMap(({ unit, metric }) => (metric ? [] : [unit])),
    )
    return summed.size === 1 ? [...summed][0]! : 'weighted sum'
  }
}

/** A schedule makes the training and validation curves of the objective differ. */
function scheduleNote({ config, schedules }: BuiltModel, validated: boolean): string {
  const scheduled = Object.entries(config).filter(
    ([name, value]) =>
      schedules.has(name) && typeof value === 'object' && value !== null && 'epochs' in value,
  )
  if (scheduled.length === 0 || !validated) return ''
  const names = scheduled.map(([name]) => name).join(' and ')
  return ` The schedule of ${names}: training uses the current value, validation the final one, so compare the terms and not the objective until it has ended.`
}
