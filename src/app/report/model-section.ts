import { termKinds } from '../../evaluate/loss/stage-loss.ts'
import type { Section } from '../../report/html.ts'
import { listed } from '../../tensor/described.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import { hasCode, hasRandomCode } from '../../train/capabilities.ts'
import { architecture } from './architecture.ts'
import { dataName, likelihoodDistribution, type ReportSource } from './source.ts'

/** What the model is, what it was fitted to, and its networks. */
export function modelSection({ run, data }: ReportSource): Section {
  const { model } = run
  const { definition } = model
  const caption = [
    `${definition.summary} (${definition.paper}).`,
    networksText(model),
    corruptionText(model),
    lossText(model),
    codesText(model),
  ]
  return {
    id: 'model',
    title: 'The model',
    caption: caption.filter(Boolean).join(' '),
    figures: [],
    table: { ...architecture(model), caption: dataLine(data, model) },
  }
}

/** Inputs and outputs of the networks. */
function networksText(model: BuiltModel): string {
  const { info, latent, restore, labels } = model
  const codes = counted(latent, 'dimension')
  const over = `the parameters of p(x|z), ${likelihoodDistribution(model)} over examples`
  const alike =
    labels === 'condition' ? ' Both also see the label of the example, as one of its inputs.' : ''
  if (hasCode(model)) {
    const perDimension = Number((info.dimension / latent).toFixed(1))
    const share = info.dimension > latent ? ` (one for every ${perDimension} values)` : ''
    return `The encoder maps the ${counted(info.dimension, 'value')} of an example x to a code z of ${codes}${share}, the decoder maps a code to ${over}.${alike}`
  }
  if (restore)
    return `One network maps an example to the parameters of p(x|x̃), ${likelihoodDistribution(model)} over examples of the same ${info.dimension} values. There is no code: the input reaches the output along several paths.`
  return `The decoder maps a code z of ${codes} to an example of ${counted(info.dimension, 'value')}. There is no encoder, so no example has a code.`
}

function corruptionText({ corrupt, config }: BuiltModel): string {
  if (!corrupt) return ''
  const named = [config.corruption].flat().join(', ')
  return `In training an example is corrupted first${named ? ` (${named})` : ''}, afresh at every step, and the network must restore the original.`
}

function lossText(model: BuiltModel): string {
  const stage = lastStage(model)
  if (stage.phases.length > 1)
    return `Each training step has ${stage.phases.length} phases, ${listed(stage.phases.map(({ name }) => name))}, each with its own loss.`
  const kinds = Object.entries(termKinds(model, stage)).filter(([, { metric }]) => !metric)
  const others = kinds.map(([name]) => name).filter((name) => name !== 'reconstruction')
  const given = hasCode(model) ? 'z' : 'x̃'
  if (others.length === kinds.length) return `The loss is ${listed(others)}.`
  const loss = `The loss is its negative log-likelihood, −log p(x|${given})`
  const found = model.fit ? ', and its minimum is known in closed form' : ''
  return `${loss}${others.length > 0 ? `, plus ${listed(others)}` : ''}${found}.`
}

/** What codes are, and where new ones come from. */
function codesText(model: BuiltModel): string {
  if (!model.likelihood) return ''
  if (!model.posterior)
    return 'New examples are decoded from codes that are drawn from the prior p(z).'
  if (!model.prior)
    return 'Its code is a point and it has no prior: it reconstructs examples, and does not say where new codes should lie.'
  return hasRandomCode(model)
    ? 'Its code is random: the encoder gives a distribution q(z|x) for each example, which the KL term keeps close to the prior p(z). So codes drawn from the prior can be decoded into new examples.'
    : 'Its code is a point. Training makes the codes of all examples together follow the prior p(z), so codes drawn from the prior can be decoded into new examples.'
}

function dataLine(data: ReportSource['data'], model: BuiltModel): string {
  const { splits, exampleShape, classes, kind } = data
  const sizes = (['train', 'validation', 'test'] as const).map(
    (split) =>
      `${grouped(splits[split].rows.length)} ${{ train: 'for training', validation: 'for validation', test: 'for testing' }[split]}`,
  )
  const shape =
    kind === 'image' ? `images of ${exampleShape.join(' × ')}` : counted(exampleShape[0]!, 'column')
  const use = { loss: 'in training', condition: 'as a condition' }
  const used = model.labels ? `used ${use[model.labels]}` : 'not used in training'
  const labels =
    classes === undefined
      ? 'no labels'
      : `${counted(classes, 'class').replace('classs', 'classes')}, ${used}`
  return `Data: ${dataName(data)}, ${shape}, ${labels}; examples: ${sizes.join(', ')}. The networks, layer by layer:`
}
