import { text } from '../../text/text.ts'
import './findings.css'
import { findings } from './training.ts'

/** What the doctor found, most serious first; each is one line until it is opened. */
export function Findings() {
  const { findings: words } = text.value.train
  const found = findings.value
  return (
    <>
      <p class="hidden-label" aria-live="polite">
        {found.length > 0 && `${words.announced(found.length)}: ${found.at(-1)!.what}`}
      </p>
      {found.length > 0 && (
        <section class="findings train-block" aria-label={words.title}>
          <h3>{words.title}</h3>
          {found.map(({ name, what, evidence, try: remedy }) => (
            <details key={name} lang="en">
              <summary>{what}</summary>
              <p class="small quiet">{evidence}</p>
              <p class="small">{words.try(remedy)}</p>
            </details>
          ))}
        </section>
      )}
    </>
  )
}
