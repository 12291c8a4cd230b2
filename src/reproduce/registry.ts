import { nearest, UserError } from '../tensor/errors.ts'
import { CHAPTERS, type Experiment } from './experiment.ts'
import { linearAeSpansPca } from './linear-ae-spans-pca.ts'

const all: readonly Experiment[] = [linearAeSpansPca]

/** All experiments, in the order of the lecture. */
export const experiments: readonly Experiment[] = [...all].sort(
  (a, b) => CHAPTERS.indexOf(a.chapter) - CHAPTERS.indexOf(b.chapter),
)

/** @throws UserError for a name that none has, with the nearest. */
export function experimentNamed(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name)
  if (found) return found
  const near = nearest(
    name,
    experiments.map((experiment) => experiment.name),
  )
  throw new UserError(
    `unknown experiment ${name}${near ? `; did you mean ${near}?` : ''} (see latentlab reproduce --list)`,
  )
}
