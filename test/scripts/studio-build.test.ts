import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { buildStudio } from '../studio/page/built.ts'

const checkout = mkdtempSync(join(tmpdir(), 'latentlab-studio-build-'))
const lock = join(checkout, 'studio', '.building')
mkdirSync(join(checkout, 'studio'))
afterEach(() => rmSync(checkout, { recursive: true }))

it('builds the Studio only when no other process does, and asks then whether it is built', async () => {
  writeFileSync(lock, String(process.pid))
  const done: string[] = []
  const isBuilt = () => done.push('asked') > 0
  const built = buildStudio(checkout, { quiet: true, isBuilt, use: () => done.push('used') })
  await pause(300)
  expect(done).toEqual([])
  rmSync(lock)
  await built
  expect(done).toEqual(['asked', 'used'])
  expect(existsSync(lock)).toBe(false)
})
