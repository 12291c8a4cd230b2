import { kindOf } from '../../data/form.ts'
import type { ServableModel } from '../served-model.ts'
import type { Serving } from '../service.ts'
import { formOf } from './given-rows.ts'

/** What a client must know of a model: what it takes, and what it can do. */
export function describedModel({ served, abilities }: Serving) {
  const { name, model, scores, graphs } = served
  const { definition, latent, labels } = model.model
  return {
    name,
    model: definition.name,
    epoch: model.epoch,
    methods: abilities,
    input: inputOf(model),
    ...((model.model.posterior || model.model.likelihood) && { code: { size: latent } }),
    ...(labels === 'condition' && { classes: classesOf(model) }),
    scores,
    graphs: [...graphs.keys()].map((graph) => `${name}.${graph}`),
  }
}

function inputOf(model: ServableModel) {
  const form = formOf(model)
  const { columns, exampleShape } = model.model.info
  if (columns)
    return {
      kind: 'table',
      columns: columns.map(({ name, kind, categories, gaps }) => ({
        name,
        kind,
        ...(categories && { categories }),
        gaps,
      })),
    }
  return {
    kind: form ? kindOf(form) : exampleShape.length > 1 ? 'image' : 'table',
    shape: form?.stored ?? exampleShape,
    ...(form && { values: form.storage, range: form.storage === 'uint8' ? form.range : undefined }),
  }
}

const classesOf = ({ model: { info } }: ServableModel) =>
  info.classLabels ?? Array.from({ length: info.classes ?? 0 }, (_, label) => label)
