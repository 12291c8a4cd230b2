import { useEffect } from 'preact/hooks'
import { text } from '../../text/text.ts'
import { MapCaption } from './caption.tsx'
import { lack } from './lack.ts'
import { Legend } from './legend.tsx'
import './map.css'
import { followModel } from './map-following.ts'
import { MapTools } from './map-tools.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { Stage } from './stage.tsx'
import { ZoomButtons } from './zoom-buttons.tsx'

/** The latent map: its tools, the stage with points and manifold, and what the colours mean. */
export function MapPart() {
  useEffect(followModel, [])
  return (
    <div class="map">
      <h2 class="hidden-label">{text.value.frame.parts.map}</h2>
      <MapTools />
      <div class="map-middle">
        <Stage />
        {!lack.value && <ZoomButtons />}
        <SelectionBar />
      </div>
      <footer class="map-foot">
        <Legend />
        <MapCaption />
      </footer>
    </div>
  )
}
