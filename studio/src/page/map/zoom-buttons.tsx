import { text } from '../../text/text.ts'
import { fit, zoomBy } from './gestures.ts'
import './zoom-buttons.css'

/** Zoom and fit for who has neither wheel nor keys, in a corner of the stage. */
export function ZoomButtons() {
  const { tools } = text.value.map
  return (
    <div class="map-zoom">
      <button type="button" aria-label={tools.zoomIn} onClick={() => zoomBy(1.5)}>
        +
      </button>
      <button type="button" aria-label={tools.zoomOut} onClick={() => zoomBy(1 / 1.5)}>
        −
      </button>
      <button type="button" title={tools.fitHint} onClick={fit}>
        {tools.fit}
      </button>
    </div>
  )
}
