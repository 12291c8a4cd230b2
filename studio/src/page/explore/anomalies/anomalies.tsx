import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { shown, text } from '../../../text/text.ts'
import { useAsked } from '../../asked.ts'
import { session } from '../../session.ts'
import { model, selected } from '../../state.ts'
import './anomalies.css'
import { OddPictures } from './odd-pictures.tsx'
import { OddRows } from './odd-rows.tsx'
import { isScoring, isStale, scoreExamples, scoring, stopScoring } from './scoring.ts'
import { Threshold, thresholdOf } from './threshold.tsx'

/** Thresholds are fitted on many examples, so they are not asked for anew while a model is trained. */
const once = signal(0)

/** The oddest examples and why they are, and where a score becomes an alarm. */
export function Anomalies() {
  const texts = text.value.explore.anomalies
  const calibration = useAsked(() => () => session.calibration(), once)
  useEffect(() => {
    if (!scoring.value || scoring.value.done < scoring.value.total) void scoreExamples()
    return stopScoring
  }, [])
  const found = scoring.value
  const threshold = calibration.value && thresholdOf(calibration.value)
  return (
    <div class="explore-panel">
      {calibration.value ? (
        <Threshold calibration={calibration.value} />
      ) : (
        <p class="small quiet">{texts.calibrating}</p>
      )}
      <div class="explore-row">
        <Progress />
        {isScoring.value ? (
          <button type="button" onClick={stopScoring}>
            {texts.stop}
          </button>
        ) : (
          <button type="button" onClick={() => void scoreExamples()}>
            {selected.value.length > 0 ? texts.scoreSelected : texts.scoreAll}
          </button>
        )}
      </div>
      {isStale.value && !isScoring.value && <p class="small quiet">{texts.stale}</p>}
      {found && threshold !== undefined && (
        <p class="number">
          {texts.alarms(shown.value.whole(found.alarms(threshold)), shown.value.whole(found.done))}
        </p>
      )}
      {found &&
        (model.value!.picture ? (
          <OddPictures highest={found.highest} threshold={threshold} unit={found.unit} />
        ) : (
          <OddRows threshold={threshold} unit={found.unit} />
        ))}
    </div>
  )
}

function Progress() {
  const texts = text.value.explore.anomalies
  const found = scoring.value
  if (!isScoring.value || !found) return null
  return (
    <label class="anomalies-progress small quiet number">
      {texts.progress(shown.value.whole(found.done), shown.value.whole(found.total))}
      <progress value={found.done} max={found.total} />
    </label>
  )
}
