import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { text } from '../../text/text.ts'
import { attempt } from '../session.ts'
import { droppedFiles } from '../train/input-files.ts'
import { openFiles } from '../train/opening.ts'
import './drop.css'

const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes('Files') ?? false

/** Opens whatever is dropped on the page, and says so while it is dragged over it. */
export function Drop() {
  const isOver = useSignal(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
      isOver.value = true
    }
    const leave = (event: DragEvent) => {
      // Between elements of the page there is another one; outside there is none.
      if (event.relatedTarget === null) isOver.value = false
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      isOver.value = false
      const files = droppedFiles(event.dataTransfer!)
      void attempt(async () => openFiles(await files))
    }
    const listeners = { dragenter: over, dragover: over, dragleave: leave, drop }
    for (const [name, listener] of Object.entries(listeners))
      addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        removeEventListener(name, listener as EventListener)
    }
  }, [isOver])
  if (!isOver.value) return null
  const { drop, dropHint } = text.value.train.open
  return (
    <div class="drop">
      <p>{drop}</p>
      <p class="quiet">{dropHint}</p>
    </div>
  )
}
