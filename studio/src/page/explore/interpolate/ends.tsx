import { text } from '../../../text/text.ts'
import { Choice } from '../../parts/choice.tsx'
import type { Spot } from '../../state.ts'
import { nameOf } from '../example-name.ts'
import { along, type End, ends, picking, swapEnds } from './interpolation.ts'

/** Between which two places, and along what. */
export function Ends() {
  const texts = text.value.explore.interpolate
  return (
    <>
      <div class="interpolate-ends">
        <EndChoice end="from" />
        <button type="button" class="plain" onClick={swapEnds}>
          {texts.swap}
        </button>
        <EndChoice end="to" />
      </div>
      {picking.value && (
        <p class="small" role="status">
          {texts.pick[picking.value]}
        </p>
      )}
      <Choice
        label={texts.way}
        chosen={along}
        names={['line', 'sphere']}
        texts={texts.ways}
        meanings={texts.wayMeaning}
      />
    </>
  )
}

function EndChoice({ end }: { readonly end: End }) {
  const texts = text.value.explore.interpolate
  return (
    <div class="interpolate-end">
      <p class="small number">
        <span class="quiet">{texts.ends[end]}</span> {spotName(ends.value![end])}
      </p>
      <button
        type="button"
        aria-pressed={picking.value === end}
        onClick={() => {
          picking.value = picking.value === end ? undefined : end
        }}
      >
        {texts.choose[end]}
      </button>
    </div>
  )
}

const spotName = ({ place, name }: Spot): string =>
  place === undefined ? (name ?? text.value.explore.interpolate.place) : nameOf(place)
