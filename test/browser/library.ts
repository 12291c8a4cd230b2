import { compiled } from '../compiled.ts'

/** The library as the page has it, and a function of the graph layer that is not public. */
export type Library = typeof import('../../src/browser.ts') &
  Pick<typeof import('../../src/graph/random.ts'), 'randomBits'>

/** The compiled library in Node, as `latentlab` is imported there. */
export async function nodeLibrary() {
  const lab = (await compiled('index.js')) as typeof import('../../src/index.ts')
  const { randomBits } = (await compiled('graph/random.js')) as Pick<Library, 'randomBits'>
  return { ...lab, randomBits }
}
