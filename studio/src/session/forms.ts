import type { DataSet } from 'latentlab/browser'
import { modelNamed, models, type Option, stepOptions, trainingOptions } from 'latentlab/models'
import type { OptionFacts, SessionCalls } from '../protocol/api.ts'
import type { Host } from './host.ts'
import { type UsualOptions, usualOptions } from './proposal.ts'

/** Options that the page decides by itself: where data and results are. */
const notShown = new Set(['data', 'labels', 'testData', 'testLabels', 'schema', 'kernels', 'cache'])

/**
 * What the forms show of models and their options.
 *
 * @param data of the next training, where it is open: defaults then are what a training of it would take
 */
export function formCalls(
  { hasGpu }: Pick<Host, 'hasGpu'>,
  data: () => DataSet | undefined,
): Pick<SessionCalls, 'models' | 'options'> {
  return {
    async models() {
      return models.map(({ name, summary, paper }) => ({ name, summary, paper }))
    },
    async options(model) {
      const hasChoice = await hasGpu()
      const set = data()
      const usual = set && usualOptions(set, model)
      return trainingOptions(model)
        .filter(({ name }) => !modelNamed(model).fit || !stepOptions.includes(name))
        .filter(({ name }) => name !== 'device' || hasChoice)
        .filter(
          ({ name, usedWith }) => !notShown.has(name) && (usedWith || !usual?.unused.has(name)),
        )
        .map((option) => factsOf(option, usual))
    },
  }
}

function factsOf(
  { name, description, default: value, choices, adjustable, usedWith, section }: Option,
  usual: UsualOptions | undefined,
): OptionFacts {
  return {
    name,
    description,
    default: usual?.values[name] ?? value,
    section,
    adjustable,
    ...(choices && { choices }),
    ...(usedWith && { usedWith }),
  }
}
