import type { DataSummary, Reading } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import {
  type Corrections,
  correct,
  corrections,
  correctRefused,
  data,
  needsLayout,
  readAs,
  refused,
} from './opening.ts'
import { type ReadAs, readAsOf } from './read-as.ts'
import { ArrayFields, PictureFields, TextFields } from './reading-fields.tsx'

/** How the files of the data are read, which can be chosen. */
export function ReadAgain() {
  const as = readAs.value
  if (!as) return null
  return (
    <details key={as} open={needsLayout.value}>
      <summary>{titleOf(as)}</summary>
      <Fields
        as={as}
        shown={data.value}
        reading={corrections.value}
        mustChoose={needsLayout.value}
        change={correct}
      />
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
      <Fields as={as} reading={asked.reading ?? {}} mustChoose change={correctRefused} />
    </section>
  )
}

const titleOf = (as: ReadAs): string => {
  const { saw } = text.value.train
  return { text: saw.file.title, pictures: saw.reread, array: saw.layout.title }[as]
}

export interface FieldsProps {
  readonly reading: Reading
  readonly change: (changes: Corrections) => Promise<void>
}

export interface ArrayFieldsProps extends FieldsProps {
  /** What the array was read as, once it has been read. */
  readonly shown?: DataSummary | undefined
  /** Whether it is not read without a choice. */
  readonly mustChoose: boolean
}

function Fields({ as, ...props }: ArrayFieldsProps & { readonly as: ReadAs }) {
  if (as === 'text') return <TextFields {...props} />
  return as === 'pictures' ? <PictureFields {...props} /> : <ArrayFields {...props} />
}
