import { useSignal } from '@preact/signals'
import { shown, text } from '../../text/text.ts'
import type { Curve } from './curve-log.ts'
import { CurvePlot } from './curve-plot.tsx'
import { valueAt } from './curve-range.ts'
import './curves.css'
import { drawn, log } from './training.ts'

/** The terms of the training over its epochs, each in a plot of its own, the objective first. */
export function Curves() {
  const { curves: words } = text.value.train
  const isLog = useSignal(false)
  const pointed = useSignal<number | undefined>(undefined)
  void drawn.value
  const { curves } = log
  if (curves.length === 0) return <p class="quiet">{words.empty}</p>
  const canBeLog = curves.some((curve) => isPositive(curve))
  return (
    <div class="curves">
      {curves.map((curve) => (
        <figure key={curve.name}>
          <Head curve={curve} at={pointed.value} />
          <CurvePlot
            name={curve.name}
            isLog={isLog.value && isPositive(curve)}
            onPoint={(epoch) => {
              pointed.value = epoch
            }}
          />
        </figure>
      ))}
      <div class="curves-foot small quiet">
        <span>{words.over}</span>
        {canBeLog && (
          <label>
            <input
              type="checkbox"
              checked={isLog.value}
              onChange={({ currentTarget }) => {
                isLog.value = currentTarget.checked
              }}
            />
            {words.log}
          </label>
        )}
      </div>
    </div>
  )
}

const isPositive = ({ train, validation }: Curve): boolean =>
  train.y.every((value) => value > 0) && validation.y.every((value) => value > 0)

/** The name and unit of a term, and its values under the pointer, or else the latest. */
function Head({ curve, at }: { readonly curve: Curve; readonly at: number | undefined }) {
  const { curves: words } = text.value.train
  const { name, train, validation } = curve
  // The lines grow in place.
  void drawn.value
  const title = words.names[name] ?? name
  const unit = words.units[name] ?? words.nats
  const [first, second] = [train, validation].map((line) =>
    figure(at === undefined ? line.y.at(-1) : valueAt(line, at)),
  ) as [string, string]
  return (
    <figcaption class="curve-head">
      <span>
        <span class="curve-name">{title}</span> <span class="quiet">{unit}</span>
      </span>
      <span class="curve-values">
        <span class="curve-train">
          {words.train} {first}
        </span>
        {second !== '' && (
          <span class="curve-validation">
            {words.validation} {second}
          </span>
        )}
      </span>
    </figcaption>
  )
}

/** Four digits or so. */
function figure(value: number | undefined): string {
  if (value === undefined) return ''
  const { one, two, three } = shown.value
  const size = Math.abs(value)
  return size >= 100 ? one(value) : size >= 10 ? two(value) : three(value)
}
