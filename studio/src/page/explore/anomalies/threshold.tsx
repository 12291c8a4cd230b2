import { useRef } from 'preact/hooks'
import type { Calibration } from '../../../protocol/api.ts'
import { shown, text } from '../../../text/text.ts'
import { Figure } from '../../parts/figure.tsx'
import { saveSvg } from '../../parts/save.ts'
import { Slider } from '../../parts/slider.tsx'
import { cellText } from '../cells.ts'
import { fileName, perModel } from '../explore-state.ts'
import { axisOf, countAbove, histogram } from './histogram.ts'

const chosen = perModel<number | undefined>(() => undefined)

/** The threshold that somebody chose, or else that of the model. */
export const thresholdOf = (calibration: Calibration): number =>
  chosen.value ?? calibration.threshold

const BINS = 48
const HEIGHT = 40

interface ThresholdProps {
  readonly calibration: Calibration
}

/** Scores of test examples, and how many of them a threshold makes alarms. */
export function Threshold({ calibration }: ThresholdProps) {
  const texts = text.value.explore.anomalies
  const drawing = useRef<SVGSVGElement>(null)
  const { normal, anomalies, unit } = calibration
  const threshold = thresholdOf(calibration)
  const [low, high] = axisOf(normal, anomalies, calibration.threshold)
  const [falseAlarms, found] = [countAbove(normal, threshold), countAbove(anomalies, threshold)]
  const counts = (count: number, of: number) =>
    [shown.value.whole(count), shown.value.whole(of), shown.value.percent(count / of)] as const
  return (
    <Figure
      title={texts.histogram}
      saves="SVG"
      save={() => drawing.current && saveSvg(drawing.current, fileName('scores'))}
    >
      <svg
        ref={drawing}
        class="threshold-histogram"
        viewBox={`0 0 ${BINS} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={texts.histogram}
      >
        <Bars normal={normal} anomalies={anomalies} axis={[low, high]} />
        <line
          class="threshold-line"
          x1={(BINS * (threshold - low)) / (high - low)}
          x2={(BINS * (threshold - low)) / (high - low)}
          y1={0}
          y2={HEIGHT}
        />
      </svg>
      <Slider
        label={texts.threshold}
        low={low}
        high={high}
        value={threshold}
        shown={`${cellText(threshold)} ${unit}`}
        onInput={(value) => {
          chosen.value = value
        }}
      />
      <ul class="small number">
        <li>
          <span class="threshold-key" />
          {texts.falseAlarms(...counts(falseAlarms, normal.length))}
        </li>
        {anomalies.length > 0 && (
          <li>
            <span class="threshold-key threshold-key-odd" />
            {texts.found(...counts(found, anomalies.length))}
          </li>
        )}
      </ul>
      {chosen.value !== undefined && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            chosen.value = undefined
          }}
        >
          {texts.resetThreshold}
        </button>
      )}
    </Figure>
  )
}

interface BarsProps {
  readonly normal: Float32Array
  readonly anomalies: Float32Array
  readonly axis: readonly [low: number, high: number]
}

/** Shares of the normal examples, and of the known anomalies, on one scale. */
function Bars({ normal, anomalies, axis: [low, high] }: BarsProps) {
  const kinds = [
    { shares: histogram(normal, low, high, BINS), name: 'threshold-normal' },
    { shares: histogram(anomalies, low, high, BINS), name: 'threshold-odd' },
  ]
  const most = Math.max(...kinds.flatMap(({ shares }) => shares), 1e-9)
  return (
    <>
      {kinds.map(({ shares, name }) => (
        <path
          key={name}
          class={name}
          d={shares
            .map((share, bin) => `M${bin},${HEIGHT}v${(-HEIGHT * share) / most}h1V${HEIGHT}z`)
            .join('')}
        />
      ))}
    </>
  )
}
