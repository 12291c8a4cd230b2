import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { chosenFiles } from './input-files.ts'
import { openFiles } from './opening.ts'

interface FileButtonProps {
  readonly folder?: boolean
  readonly class?: string
  readonly children: ComponentChildren
}

/** A button that asks for files, or for a folder, and opens them. */
export function FileButton({ folder, class: name, children }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class={name} onClick={() => input.current!.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        {...(folder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          const files = chosenFiles(currentTarget.files ?? [])
          // So that the same files can be chosen again.
          currentTarget.value = ''
          void openFiles(files)
        }}
      />
    </>
  )
}
