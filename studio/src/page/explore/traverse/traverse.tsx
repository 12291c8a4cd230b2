import { shown, text } from '../../../text/text.ts'
import { Slider } from '../../parts/slider.tsx'
import { pinned } from '../../state.ts'
import { latents } from '../explore-state.ts'
import { Along } from './along.tsx'
import { rangeOf } from './range.ts'
import { move, reset, touch, traversed } from './traversal.ts'
import './traverse.css'

/** A slider for every latent dimension, and what the dimension does that is moved. */
export function Traverse() {
  const texts = text.value.explore.traverse
  const facts = latents.value
  const code = traversed.value
  if (!code) return null
  const order = [...(facts?.order ?? code.keys())]
  const active = order.filter((index) => !facts || facts.active[index])
  const dead = order.filter((index) => facts && !facts.active[index])
  return (
    <div class="explore-panel">
      <div class="explore-row traverse-head">
        <p class="small quiet">{pinned.value.length > 0 ? texts.fromPinned : texts.fromMean}</p>
        <button type="button" onClick={reset}>
          {texts.reset}
        </button>
      </div>
      <Along />
      <div class="traverse-sliders">
        {active.map((index) => (
          <LatentSlider key={index} index={index} />
        ))}
        {dead.length > 0 && (
          <details>
            <summary class="small quiet">{texts.dead(dead.length)}</summary>
            {dead.map((index) => (
              <LatentSlider key={index} index={index} />
            ))}
          </details>
        )}
      </div>
    </div>
  )
}

function LatentSlider({ index }: { readonly index: number }) {
  const texts = text.value.explore.traverse
  const facts = latents.value
  const value = traversed.value?.[index] ?? 0
  const [low, high] = rangeOf(facts, index, value)
  return (
    <Slider
      label={`z${index + 1}`}
      low={low}
      high={high}
      value={value}
      shown={shown.value.two(value)}
      onFocus={() => touch(index)}
      onInput={(value) => move(index, value)}
      aside={
        facts?.kl && (
          <span class="traverse-kl small quiet number" title={texts.klMeaning}>
            <span
              class="traverse-bar"
              style={{ width: `${(35 * facts.kl[index]!) / Math.max(...facts.kl, 1e-9)}%` }}
            />
            {texts.kl(shown.value.two(facts.kl[index]!))}
          </span>
        )
      }
    />
  )
}
