import { text } from '../../text/text.ts'
import { type Tab, Tabs } from '../parts/tabs.tsx'
import { model } from '../state.ts'
import { Anomalies } from './anomalies/anomalies.tsx'
import { Denoise } from './denoise/denoise.tsx'
import { Draw } from './draw/draw.tsx'
import './explore-part.css'
import { chosenTab, modelKey, type TabName, tabNames } from './explore-state.ts'
import { Inspector } from './inspector/inspector.tsx'
import { Interpolate } from './interpolate/interpolate.tsx'
import { Samples } from './samples/samples.tsx'
import { Traverse } from './traverse/traverse.tsx'

const panels: Record<TabName, () => preact.JSX.Element> = {
  traverse: () => <Traverse />,
  interpolate: () => <Interpolate />,
  draw: () => <Draw />,
  denoise: () => <Denoise />,
  samples: () => <Samples />,
  anomalies: () => <Anomalies />,
}

/** What the model makes of a place, an example or a drawing: the inspector, and a tab for each way to try it. */
export function ExplorePart() {
  const texts = text.value.explore
  const shown = model.value
  if (!shown)
    return (
      <>
        <h2 class="hidden-label">{text.value.frame.parts.explore}</h2>
        <p class="explore-empty quiet">{texts.empty}</p>
      </>
    )
  const { can, picture, latent, examples } = shown
  const offered: Record<TabName, boolean> = {
    traverse: can.decode && latent > 0,
    interpolate: can.decode && can.encode && latent > 0 && examples > 1,
    draw: can.encode && picture !== undefined,
    // Rows are corrupted by the model alone, which knows their columns.
    denoise: examples > 0 && (can.denoise || (picture !== undefined && can.encode && can.decode)),
    samples: can.sample,
    anomalies: can.score && examples > 0,
  }
  const tabs: Tab<TabName>[] = tabNames
    .filter((name) => offered[name])
    .map((name) => ({ name, label: texts.tabs[name], panel: panels[name] }))
  return (
    <div class="explore" key={modelKey.value}>
      <h2 class="hidden-label">{text.value.frame.parts.explore}</h2>
      {can.decode && <Inspector />}
      <Tabs label={texts.ways} tabs={tabs} chosen={chosenTab} />
    </div>
  )
}
