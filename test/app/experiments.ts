import { atMost, between, reported } from '../../src/reproduce/expectation.ts'
import {
  type Conditions,
  defineExperiment,
  type Experiment,
  type Findings,
} from '../../src/reproduce/experiment.ts'
import type { Laboratory } from '../../src/reproduce/laboratory.ts'
import type { TrainedModel } from '../../src/train/trained.ts'

/** A laboratory that gives out runs without training any. */
export const laboratory = (seed: number) =>
  ({ seed, trained: async () => ({}) as TrainedModel }) as unknown as Laboratory

/** An experiment that measures what it is given, one for each seed, and may ask for a run first. */
export const experiment = (
  measured: readonly Findings<'error' | 'note'>['numbers'][],
  conditions: Conditions = {},
  asked?: Readonly<Record<string, unknown>>,
): Experiment =>
  defineExperiment<'error' | 'note'>({
    name: 'an-experiment',
    title: 'Small is small',
    chapter: 'Autoencoders',
    claim: 'A small number is small.',
    source: 'nobody | 1900',
    settings: {
      small: {
        what: 'Nothing is run.',
        conditions,
        minutes: 0,
        expects: { error: atMost(2, 'error', 'nats'), note: reported('something else') },
        found: 'It is large because of the moon.',
      },
      full: {
        title: 'It is neither',
        what: 'A lot.',
        conditions,
        minutes: 900,
        expects: { error: between(1, 2, 'error'), note: reported('x') },
      },
    },
    async run(lab) {
      if (asked) await lab.trained(asked)
      return { numbers: measured[lab.seed]!, figures: [] }
    },
  })
