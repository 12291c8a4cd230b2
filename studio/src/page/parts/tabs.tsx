import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { acrossOf, placeByKey } from './tab-keys.ts'
import './tabs.css'

export interface Tab<Name extends string> {
  readonly name: Name
  readonly label: string
  readonly panel: () => ComponentChildren
}

interface TabsProps<Name extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly chosen: Signal<Name>
}

/** Panels of which one is shown. Arrow keys, Home and End go from tab to tab. */
export function Tabs<Name extends string>({ label, tabs, chosen }: TabsProps<Name>) {
  const id = useId()
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === chosen.value),
  )
  const shown = tabs[at]
  if (!shown) return null
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const to = placeByKey(event.key, at, tabs.length)
    if (to === undefined) return
    event.preventDefault()
    chosen.value = tabs[to]!.name
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus()
  }
  return (
    <>
      <div
        class="tabs"
        role="tablist"
        style={{ '--tabs-across': acrossOf(tabs.length) }}
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        {tabs.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            class="plain tabs-tab"
            aria-selected={name === shown.name}
            aria-controls={`${id}-panel`}
            tabIndex={name === shown.name ? 0 : -1}
            onClick={() => {
              chosen.value = name
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        key={shown.name}
        class="tabs-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${shown.name}`}
      >
        {shown.panel()}
      </div>
    </>
  )
}
