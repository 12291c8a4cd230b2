import type { ComponentChildren } from 'preact'
import { text } from '../../text/text.ts'
import './figure.css'

interface FigureProps {
  readonly title: string
  /** A sentence that says what is seen, or a number that belongs to it. */
  readonly note?: ComponentChildren
  /** Saves what is shown. */
  readonly save?: (() => void) | undefined
  readonly saves?: 'PNG' | 'SVG'
  /** Whether there is little room, so that the button only names the kind of file. */
  readonly isSmall?: boolean
  readonly children: ComponentChildren
}

/** A picture or a chart under its title, which can be saved. */
export function Figure({ title, note, save, saves = 'PNG', isSmall, children }: FigureProps) {
  const { saveAs } = text.value.explore
  const button = save && (
    <button
      type="button"
      class="plain figure-save"
      aria-label={saveAs.named(title, saves)}
      title={saveAs.named(title, saves)}
      onClick={save}
    >
      {isSmall ? saves : saveAs.short(saves)}
    </button>
  )
  return (
    <figure class="figure">
      <figcaption class="figure-head">
        <h3>{title}</h3>
        {!isSmall && button}
      </figcaption>
      {children}
      {(note || isSmall) && (
        <div class="figure-foot">
          <p class="small quiet number">{note}</p>
          {isSmall && button}
        </div>
      )}
    </figure>
  )
}
