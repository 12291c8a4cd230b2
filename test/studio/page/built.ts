import { cpSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireCompiled } from '../../compiled.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export const { buildStudio } = (await import(
  /* @vite-ignore */ new URL('../../../scripts/studio-build.js', import.meta.url).href
)) as {
  buildStudio: (
    root: string,
    options: { quiet: boolean; isBuilt: () => boolean; use: () => unknown },
  ) => Promise<void>
}

const modified = (path: string): number =>
  statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (folder: string): number =>
  Math.max(
    ...readdirSync(join(root, folder), { recursive: true }).map((name) =>
      modified(join(folder, String(name))),
    ),
  )

/** Whether the Studio is built, of these sources and this library. */
function isBuilt(): boolean {
  // Written last.
  const built = modified('studio/dist/session.js')
  const sources = [
    'dist/.tsbuildinfo',
    'scripts/studio-build.js',
    'studio/index.html',
    'studio/vite.config.js',
    'studio/vite.session.config.js',
  ]
  return built > Math.max(newest('studio/src'), newest('studio/example'), ...sources.map(modified))
}

/** Copies the page of the Studio, built first where it is stale: other tests may build it at the same time. */
export async function copyPage(folder: string): Promise<void> {
  requireCompiled()
  const use = () => cpSync(join(root, 'studio/dist/page'), folder, { recursive: true })
  await buildStudio(root, { quiet: true, isBuilt, use })
}

/** The files of the example's package. */
export const exampleFolder = join(root, 'studio/example')
