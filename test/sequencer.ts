import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** Files that take longest, longest first: begun late, one of them would run alone at the end. */
const LONGEST = [
  'package/package',
  'browser/chromium',
  'studio/chromium',
  'studio/chromium-training',
  'robustness/signals',
  'bench/runs',
  'robustness/kill',
  'browser/pages',
  'models/contract/colour-images',
  'bench/command',
  'browser/webgpu',
  'app/doctor-mended',
  'robustness/many-trainings',
  'app/report-figures',
  'package/family',
  'app/evaluation-groups',
  'robustness/every-moment',
  'studio/session-taking',
  'models/contract/binary-images',
  'bench/peers',
]

/** The same order on every machine, since files share processes: the longest, then the others by their paths. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`))
      return at < 0 ? LONGEST.length : at
    }
    return files.toSorted((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}
