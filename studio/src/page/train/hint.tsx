import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import './hint.css'

interface HintProps {
  /** What there is to know; without it there is no hint. */
  readonly text: string | undefined
  /** What it is about; whatever takes the focus in it names the id in `aria-describedby`. */
  readonly children: (id: string) => ComponentChildren
  readonly class?: string
}

/** Milliseconds that the pointer rests before a hint appears. */
const REST = 350
const GAP = 8

/** Words that appear beside something while the pointer rests on it or it has the focus, until Escape. */
export function Hint({ text, children, class: name = '' }: HintProps) {
  const id = useId()
  const shown = useSignal(false)
  const wait = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const around = useRef<HTMLDivElement>(null)
  const hide = () => {
    clearTimeout(wait.current)
    shown.value = false
  }
  useLayoutEffect(() => () => clearTimeout(wait.current), [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside is operated; this only watches it
    <div
      ref={around}
      class={name}
      onPointerEnter={({ pointerType }) => {
        if (pointerType !== 'mouse') return
        wait.current = setTimeout(() => {
          shown.value = true
        }, REST)
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocusIn={({ target }) => {
        if ((target as Element).matches(':focus-visible')) shown.value = true
      }}
      onFocusOut={hide}
      onKeyDown={({ key }) => {
        if (key === 'Escape') hide()
      }}
    >
      {children(id)}
      {text && (
        <span id={id} class="hidden-label">
          {text}
        </span>
      )}
      {text && shown.value && <Bubble text={text} around={around.current!} />}
    </div>
  )
}

/** The words, at the right of what they are about, or below it where there is no room. */
function Bubble({ text, around }: { readonly text: string; readonly around: HTMLElement }) {
  const bubble = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { style, offsetWidth: width, offsetHeight: height } = bubble.current!
    const { left, right, top, bottom } = around.getBoundingClientRect()
    const fitsBeside = right + GAP + width <= innerWidth
    const fitsBelow = bottom + GAP + height <= innerHeight
    const x = fitsBeside ? right + GAP : Math.min(left, innerWidth - width - GAP)
    const y = fitsBeside ? Math.min(top, innerHeight - height - GAP) : bottom + GAP
    style.left = `${Math.max(GAP, x)}px`
    style.top = `${Math.max(GAP, fitsBeside || fitsBelow ? y : top - height - GAP)}px`
  }, [around, text])
  return (
    <div ref={bubble} class="hint-bubble small" aria-hidden="true">
      {text}
    </div>
  )
}
