import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { NamedFile, Recipe } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'
import { saveFile } from '../parts/save.ts'
import { attempt, session } from '../session.ts'
import { model } from '../state.ts'
import './take-away.css'

interface Copied {
  readonly text: string
  readonly isChanged: boolean
  readonly isInClipboard: boolean
}

/** What can be taken home: the run, a package, and the command or the program that repeats the training. */
export function TakeAway() {
  const { take } = text.value.train
  const isOpen = useSignal(false)
  const isSaving = useSignal(false)
  const copied = useSignal<Copied | undefined>(undefined)
  const around = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const close = () => {
    isOpen.value = false
    copied.value = undefined
  }
  useEffect(() => {
    const outside = ({ target }: Event) => {
      if (!around.current!.contains(target as Node)) close()
    }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [])

  const save = async (work: () => Promise<NamedFile>) => {
    isSaving.value = true
    const found = await attempt(work)
    isSaving.value = false
    if (!found) return
    saveFile(found.file, found.path.slice(found.path.lastIndexOf('/') + 1))
    close()
  }
  const copy = async (part: 'command' | 'typescript') => {
    const recipe = await attempt(() => session.recipe())
    if (recipe) copied.value = await intoClipboard(recipe[part], recipe)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the menu from anywhere in it
    <div
      ref={around}
      class="take"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !isOpen.value) return
        close()
        button.current!.focus()
      }}
    >
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen.value}
        aria-controls="take-menu"
        disabled={!model.value}
        title={model.value ? undefined : take.nothing}
        onClick={() => {
          if (isOpen.value) close()
          else isOpen.value = true
        }}
      >
        {take.title}
      </button>
      {isOpen.value && (
        <section id="take-menu" class="take-menu" aria-label={take.title}>
          <Item
            name={take.run}
            hint={take.runHint}
            isOff={isSaving.value}
            act={() => save(() => session.saveRun())}
          />
          <Item
            name={take.package}
            hint={take.packageHint}
            isOff={isSaving.value}
            act={() => save(() => session.savePackage())}
          />
          <Item name={take.command} act={() => copy('command')} />
          <Item name={take.typescript} act={() => copy('typescript')} />
          <div role="status">
            {isSaving.value && <p class="take-text quiet">{take.saving}</p>}
            {copied.value && <CopiedText {...copied.value} />}
          </div>
        </section>
      )}
    </div>
  )
}

interface ItemProps {
  readonly name: string
  readonly hint?: string
  readonly isOff?: boolean
  readonly act: () => void
}

function Item({ name, hint, isOff = false, act }: ItemProps) {
  return (
    <button type="button" class="plain" disabled={isOff} onClick={act}>
      <span>{name}</span>
      {hint && <span class="small quiet">{hint}</span>}
    </button>
  )
}

function CopiedText({ text: copiedText, isChanged, isInClipboard }: Copied) {
  const { take } = text.value.train
  return (
    <div class="take-text">
      <p>{isInClipboard ? take.copied : take.notCopied}</p>
      <textarea
        readOnly
        aria-label={take.copied}
        value={copiedText}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      {isChanged && <p class="small quiet">{take.changed}</p>}
    </div>
  )
}

/** Copies a text, where the browser lets a page do that. */
async function intoClipboard(copiedText: string, { changed }: Recipe): Promise<Copied> {
  const isInClipboard = await navigator.clipboard
    .writeText(copiedText)
    .then(() => true)
    .catch(() => false)
  return { text: copiedText, isChanged: changed, isInClipboard }
}
