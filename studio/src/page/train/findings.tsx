import type { FindingText } from '../../protocol/api.ts'
import { type Translated, text, translated } from '../../text/text.ts'
import './findings.css'
import { findings } from './training.ts'

/** What the doctor found, most serious first; each is one line until it is opened. */
export function Findings() {
  const { findings: words } = text.value.train
  const { finding } = text.value.library
  const found = findings.value
  const first = found[0] && translated(found[0].what, finding)
  return (
    <>
      <p class="hidden-label" aria-live="polite">
        {first && (
          <>
            {words.announced(found.length)}: <span lang={first.lang}>{first.words}</span>
          </>
        )}
      </p>
      {found.length > 0 && (
        <section class="findings train-block" aria-label={words.title}>
          <h3>{words.title}</h3>
          {found.map((one) => (
            <Finding key={one.name} finding={one} />
          ))}
        </section>
      )}
    </>
  )
}

function Finding({ finding: found }: { readonly finding: FindingText }) {
  const { library } = text.value
  const what = translated(found.what, library.finding)
  const evidence = translated(found.evidence, library.evidence)
  const remedy = remedyOf(found)
  return (
    <details>
      <summary lang={what.lang}>{what.words}</summary>
      {found.evidence !== '' && (
        <p class="small quiet" lang={evidence.lang}>
          {evidence.words}
        </p>
      )}
      {found.try !== '' && (
        <p class="small" lang={remedy.lang}>
          {text.value.train.findings.try(remedy.words)}
        </p>
      )}
    </details>
  )
}

/** What to try: options by the names of their fields, or words. */
function remedyOf({ try: english, options }: FindingText): Translated {
  const { library } = text.value
  return options
    ? { words: library.setting(english, options) }
    : translated(english, library.remedy)
}
