import { text } from '../../../text/text.ts'
import { decodedLabel, model, points } from '../../state.ts'
import { AnswerFigures, AnswerPictures, useScore } from './answers.tsx'
import './draw.css'
import { beginning, beginWith, clear, drawn, prepares, strokes, undo } from './drawing.ts'
import { Pad } from './pad.tsx'

/** A digit drawn by hand, and what the model makes of it while it is drawn. */
export function Draw() {
  const texts = text.value.explore.draw
  const scored = useScore()
  const isEmpty = strokes.value.length === 0 && !beginning.value
  return (
    <div class="explore-panel">
      <div class="draw-top">
        <div class="draw-field">
          <Pad />
          {isEmpty && <p class="draw-hint small">{texts.hint}</p>}
        </div>
        {drawn.value && <AnswerPictures scored={scored.value} />}
      </div>
      <div class="explore-row">
        <button type="button" disabled={isEmpty} onClick={undo}>
          {texts.undo}
        </button>
        <button type="button" disabled={isEmpty} onClick={clear}>
          {texts.clear}
        </button>
        {points.value && <Beginnings />}
      </div>
      {drawn.value && <AnswerFigures scored={scored.value} />}
      <GivenClass />
      <label class="draw-prepare small">
        <input
          type="checkbox"
          checked={prepares.value}
          onChange={({ currentTarget }) => {
            prepares.value = currentTarget.checked
          }}
        />
        {texts.prepare}
      </label>
    </div>
  )
}

/** Of models whose encoder sees the label: which one it is given. */
function GivenClass() {
  const { can, classes } = model.value!
  const given = can.labels && classes?.find(({ label }) => label === decodedLabel.value)
  return given ? <p class="small quiet">{text.value.explore.draw.asClass(given.name)}</p> : null
}

/** Examples to start from: another one at each choice. */
function Beginnings() {
  const texts = text.value.explore.draw
  const classes = model.value?.classes
  if (!classes?.length)
    return (
      <button type="button" onClick={() => beginWith(undefined)}>
        {texts.begin}
      </button>
    )
  return (
    <select
      class="draw-begin"
      aria-label={texts.begin}
      value=""
      onChange={({ currentTarget }) => {
        void beginWith(Number(currentTarget.value))
        currentTarget.value = ''
      }}
    >
      <option value="" disabled>
        {texts.begin}
      </option>
      {classes.map(({ label, name }, index) => (
        <option key={label} value={index}>
          {name}
        </option>
      ))}
    </select>
  )
}
