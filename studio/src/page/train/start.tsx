import { shown, text } from '../../text/text.ts'
import { sessionFacts } from '../session.ts'
import { isTraining, model } from '../state.ts'
import { FileButton } from './file-buttons.tsx'
import { KeptRuns } from './kept-runs.tsx'
import {
  data,
  openBundled,
  openEntry,
  openError,
  reading,
  refused,
  requestName,
} from './opening.ts'
import { ReadRefused } from './read-again.tsx'
import { asksLayout } from './read-as.ts'
import { begin } from './training.ts'
import './start.css'

/** What may be opened, and from where. */
export function Start() {
  const { open } = text.value.train
  const isFirst = data.value === undefined
  return (
    <div class="start">
      <Opened />
      <div class="start-begin">
        <FileButton class={isFirst ? 'primary' : ''}>{isFirst ? open.data : open.files}</FileButton>
        {isFirst && sessionFacts.value?.bundled.includes('digits') ? (
          <button type="button" onClick={trainOnDigits}>
            {open.digits}
          </button>
        ) : (
          <FileButton folder>{open.folder}</FileButton>
        )}
      </div>
      <Reading />
      <p class="small quiet">{open.hint}</p>
      {isFirst && (
        <div>
          <FileButton folder class="start-act">
            {open.folder}
          </FileButton>
        </div>
      )}
      <KeptRuns />
      <Bundled />
      <Folder />
    </div>
  )
}

async function trainOnDigits(): Promise<void> {
  if (await openBundled('digits')) await begin()
}

/** What is in view before there are other data. */
function Opened() {
  const shownModel = model.value
  if (!shownModel || data.value || isTraining.value) return null
  const { example } = text.value.train.open
  const { source, title, examples } = shownModel
  return <p>{source === 'example' ? example(shown.value.whole(examples)) : title}</p>
}

/** How far reading is, or why it failed. */
export function Reading() {
  const now = reading.value
  const error = openError.value
  const { reading: words } = text.value.train.open
  return (
    <div class="start-reading" role="status">
      {now && (
        <>
          <p>{words(now.name)} …</p>
          <progress aria-label={words(now.name)} value={now.share} max={1} />
        </>
      )}
      {!now && error && <Refusal message={error} />}
      {!now && error && <ReadRefused />}
    </div>
  )
}

/** Why something was not opened, or what is asked about it. */
function Refusal({ message }: { readonly message: string }) {
  const asked = refused.value
  if (!asked || !asksLayout(message)) return <p class="start-error">{message}</p>
  return <p class="start-question">{text.value.train.saw.layout.question(requestName(asked))}</p>
}

function Bundled() {
  const { bundled: title, bundledNames } = text.value.train.open
  const names = sessionFacts.value?.bundled ?? []
  if (names.length === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul class="start-list">
        {names.map((name) => (
          <li key={name}>
            <button type="button" class="plain start-entry" onClick={() => void openBundled(name)}>
              <span>{name}</span>
              <span class="small quiet">{bundledNames[name]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Folder() {
  const { inFolder, kinds } = text.value.train.open
  const entries = sessionFacts.value?.folder ?? []
  if (entries.length === 0) return null
  return (
    <section aria-label={inFolder}>
      <h3>{inFolder}</h3>
      <ul class="start-list">
        {entries.map((entry) => (
          <li key={entry.path}>
            <button type="button" class="plain start-entry" onClick={() => void openEntry(entry)}>
              <span>{entry.path}</span>
              <span class="small quiet">{kinds[entry.kind]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
