import { compiled } from '../compiled.ts'

/** The library as the page has it, and a function of the graph layer that is not public. */
export type Library = typeof import('../../src/entries/browser.ts') & Parts

type Parts = typeof import('../../src/entries/graph.ts') &
  typeof import('../../src/entries/models.ts') &
  Pick<typeof import('../../src/graph/random.ts'), 'randomBits'>

/** The compiled library in Node, as `latentlab` and its parts are imported there. */
export async function nodeLibrary() {
  const lab = (await compiled('entries/node.js')) as typeof import('../../src/entries/node.ts')
  const parts = ['entries/graph.js', 'entries/models.js', 'graph/random.js'].map(compiled)
  return Object.assign({}, lab, ...(await Promise.all(parts))) as typeof lab & Parts
}
