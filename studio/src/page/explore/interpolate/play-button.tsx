import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { text } from '../../../text/text.ts'
import { at, goTo } from './interpolation.ts'

/** Seconds from end to end. */
const SECONDS = 4
/** With reduced motion: how many steps, and seconds between them. */
const STILL_STEPS = 8
const STILL_SECONDS = 0.7

/** Moves along the path, once; in steps where motion should be reduced. */
export function PlayButton() {
  const texts = text.value.explore.interpolate
  const playing = useSignal(false)
  const isPlaying = playing.value
  useEffect(() => {
    if (!isPlaying) return
    return play((share) => {
      goTo(share)
      if (share >= 1) playing.value = false
    })
  }, [isPlaying, playing])
  return (
    <button
      type="button"
      class="primary"
      onClick={() => {
        if (!isPlaying && at.value >= 1) goTo(0)
        playing.value = !isPlaying
      }}
    >
      {isPlaying ? texts.pause : texts.play}
    </button>
  )
}

/** Calls `show` with how far it is, from where it stands to 1; returns what stops it. */
function play(show: (share: number) => void): () => void {
  const begin = at.value
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    let step = Math.floor(begin * STILL_STEPS)
    const timer = setInterval(() => show(Math.min(1, ++step / STILL_STEPS)), 1000 * STILL_SECONDS)
    return () => clearInterval(timer)
  }
  let started: number | undefined
  let frame = requestAnimationFrame(function next(now) {
    started ??= now
    frame = requestAnimationFrame(next)
    show(Math.min(1, begin + (now - started) / (1000 * SECONDS)))
  })
  return () => cancelAnimationFrame(frame)
}
