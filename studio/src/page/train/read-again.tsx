import type { Reading } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import {
  type Corrections,
  correct,
  corrections,
  correctRefused,
  type ReadAs,
  readAs,
  readAsOf,
  refused,
} from './opening.ts'
import { PictureFields, TextFields } from './reading-fields.tsx'

/** How the files of the data are read, which can be chosen. */
export function ReadAgain() {
  const as = readAs.value
  if (!as) return null
  return (
    <details key={as}>
      <summary>{titleOf(as)}</summary>
      <Fields as={as} reading={corrections.value} change={correct} />
    </details>
  )
}

/** The same for files that could not be read without such a choice. */
export function ReadRefused() {
  const asked = refused.value
  const as = asked && readAsOf(asked)
  if (!as) return null
  const title = titleOf(as)
  return (
    <section class="saw-refused" aria-label={title}>
      <h3>{title}</h3>
      <Fields as={as} reading={asked.reading ?? {}} change={correctRefused} />
    </section>
  )
}

const titleOf = (as: ReadAs): string => {
  const { saw } = text.value.train
  return as === 'text' ? saw.file.title : saw.reread
}

export interface FieldsProps {
  readonly reading: Reading
  readonly change: (changes: Corrections) => Promise<void>
}

const Fields = ({ as, ...props }: FieldsProps & { readonly as: ReadAs }) =>
  as === 'text' ? <TextFields {...props} /> : <PictureFields {...props} />
