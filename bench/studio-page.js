import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parsedFlags, UsageError } from './flags.js'

/** The built page of the Studio. */
export const PAGE = fileURLToPath(new URL('../studio/dist/page/', import.meta.url))

/**
 * The flags of a bench of the Studio's page; what it needs is there, unless help is asked for.
 *
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig['options']} flags those of the bench beside the common ones
 * @returns {any}
 * @throws {UsageError}
 */
export function studioFlags(usage, flags) {
  const values = parsedFlags(usage, {
    ...flags,
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return values
  for (const needed of [join(PAGE, 'index.html'), values.chromium])
    if (!existsSync(needed)) throw new UsageError(`${needed} is missing\n\n${usage}`)
  return values
}
