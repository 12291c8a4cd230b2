import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PLATFORMS, sourceHash } from '../../scripts/native-sources.js'
import { version } from './library.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = JSON.parse(readFileSync(`${root}/native/lib/built.json`, 'utf8'))

describe('the native libraries', () => {
  it('are built from the sources as they are now', () => {
    expect(built.sources).toBe(sourceHash(root))
    expect(version()).toBe(sourceHash(root))
  })
  for (const [platform, { file }] of Object.entries(PLATFORMS))
    it(`are, for ${platform}, what the recorded commands made`, () => {
      const bytes = readFileSync(`${root}/native/lib/${platform}/${file}`)
      expect(built.libraries[platform].file).toBe(file)
      expect(built.libraries[platform].sha256).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      )
      expect(bytes.includes(built.sources), 'its version').toBe(true)
      expect(built.libraries[platform].commands.length).toBeGreaterThan(5)
    })
  it('export only their own names', () => {
    const names = readFileSync(`${root}/native/lib/linux-x64/latentlab.so`, 'latin1')
    for (const name of ['register', 'version', 'level', 'set_level', 'flush_denormals', 'counts'])
      expect(names).toContain(`latentlab_${name}`)
    expect(names).not.toContain('GLIBCXX')
  })
})
