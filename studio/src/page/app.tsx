import { text } from '../text/text.ts'
import './app.css'
import { ExplorePart } from './explore/explore-part.tsx'
import { Bar } from './frame/bar.tsx'
import { Drop } from './frame/drop.tsx'
import { Notices } from './frame/notices.tsx'
import { MapPart } from './map/map-part.tsx'
import { parts, shownPart } from './state.ts'
import { TrainPart } from './train/train-part.tsx'

/** The page: its bar, and three parts side by side, or one at a time on a narrow screen. */
export function App() {
  const names = text.value.frame.parts
  return (
    <div class="studio" data-part={shownPart.value}>
      <a class="skip" href="#map">
        {text.value.frame.skip}
      </a>
      <Bar />
      <main class="parts">
        <section class="part part-train" aria-label={names.train}>
          <TrainPart />
        </section>
        <section class="part part-map" id="map" tabIndex={-1} aria-label={names.map}>
          <MapPart />
        </section>
        <section class="part part-explore" aria-label={names.explore}>
          <ExplorePart />
        </section>
      </main>
      <nav class="part-choice" aria-label={text.value.frame.title}>
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            class="plain"
            aria-pressed={shownPart.value === part}
            onClick={() => {
              shownPart.value = part
            }}
          >
            {names[part]}
          </button>
        ))}
      </nav>
      <Notices />
      <Drop />
    </div>
  )
}
