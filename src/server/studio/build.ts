import { join } from 'node:path'
import { packageFile } from '../../runtime/installed-package.ts'

/** What the Studio is built to. */
export interface StudioBuild {
  /** The folder of the page. */
  readonly page: string
  /** The module of its sessions. */
  readonly session: string
}

const built = (path: string): string => packageFile(join('studio', 'dist', path))

/** The build in this package. */
export const studioBuild: StudioBuild = { page: built('page'), session: built('session.js') }

/** What to do about a build that is not there. */
export const HOW_TO_BUILD = 'in a checkout, npm run studio:build makes it'
