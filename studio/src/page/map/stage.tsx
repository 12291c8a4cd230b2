import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { text } from '../../text/text.ts'
import { followPointers, pressKey } from './gestures.ts'
import { lack } from './lack.ts'
import { size, tool } from './map-state.ts'
import { Preview } from './preview.tsx'
import { type Canvases, createScene, type Scene } from './scene.ts'
import './stage.css'

/** The scene on the page, for what saves it as a picture. */
export const scene = signal<Scene | undefined>(undefined)

/** Counts the losses of WebGL's memory, after each of which the canvases are new. */
const losses = signal(0)

export function Stage() {
  const { stage } = text.value.map
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = ref.current!
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight }
    })
    observer.observe(element)
    const end = followPointers(element)
    return () => {
      observer.disconnect()
      end()
    }
  }, [])
  return (
    <div
      class="stage"
      ref={ref}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the map
      tabIndex={0}
      role="application"
      aria-roledescription={stage.role}
      aria-label={stage.name}
      aria-describedby="stage-keys"
      data-tool={tool.value}
      onKeyDown={(event) => {
        if (!pressKey(event)) return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <Layers key={losses.value} />
      <Preview />
      <p id="stage-keys" class="stage-keys small">
        {stage.keys}
      </p>
      {lack.value && <p class="stage-lack quiet">{text.value.map.lacks[lack.value]}</p>}
    </div>
  )
}

/** The canvases above each other: manifold, points, marks. */
function Layers() {
  const manifold = useRef<HTMLCanvasElement>(null)
  const points = useRef<HTMLCanvasElement>(null)
  const marks = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const canvases: Canvases = {
      manifold: manifold.current!,
      points: points.current!,
      marks: marks.current!,
    }
    const made = createScene(canvases)
    scene.value = made
    const lost = (event: Event) => {
      event.preventDefault()
      losses.value++
    }
    canvases.points.addEventListener('webglcontextlost', lost)
    return () => {
      canvases.points.removeEventListener('webglcontextlost', lost)
      scene.value = undefined
      made.close()
    }
  }, [])
  return (
    <>
      <canvas ref={manifold} class="stage-layer" />
      <canvas ref={points} class="stage-layer" />
      <canvas ref={marks} class="stage-layer" />
    </>
  )
}
