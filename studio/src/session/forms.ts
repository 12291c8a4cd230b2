import { models, trainingOptions } from 'latentlab/models'
import type { OptionFacts, SessionCalls } from '../protocol/api.ts'

/** Options that the page decides by itself: where data and results are. */
const notShown = new Set([
  'data',
  'labels',
  'testData',
  'testLabels',
  'schema',
  'device',
  'kernels',
  'cache',
])

/** What the forms show of models and their options. */
export const formCalls: Pick<SessionCalls, 'models' | 'options'> = {
  async models() {
    return models.map(({ name, summary, paper }) => ({ name, summary, paper }))
  },
  async options(model) {
    return trainingOptions(model)
      .filter(({ name }) => !notShown.has(name))
      .map(
        ({
          name,
          description,
          default: value,
          choices,
          adjustable,
          usedWith,
          section,
        }): OptionFacts => ({
          name,
          description,
          default: value,
          section,
          adjustable,
          ...(choices && { choices }),
          ...(usedWith && { usedWith }),
        }),
      )
  },
}
