import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { type CellPainter, createManifold } from '../../studio/src/page/map/manifold.ts'

const size = { width: 400, height: 300 }
const view = { x: 0, y: 0, unit: 40 }
const nearer = { ...view, unit: 100 }

afterEach(() => vi.unstubAllGlobals())

/** Cells that take a while, at least until they are let go. */
function slowPainter(question: string) {
  let begin = () => {}
  const asked = new Promise<void>((begun) => {
    begin = begun
  })
  let release = () => {}
  const released = new Promise<void>((done) => {
    release = done
  })
  const painter: CellPainter = {
    least: 20,
    cell: { width: 1, height: 1 },
    isSmooth: () => false,
    question,
    paint: vi.fn(async (_sheet, cells) => {
      begin()
      await released
      // Slow enough that coarse cells come first.
      await pause(2 * cells.length)
    }),
  }
  return { painter, asked, release }
}

it('shows nothing of a model that has left the view, nor what was still being decoded of it', async () => {
  vi.stubGlobal('document', { createElement: () => ({ getContext: () => ({ drawImage() {} }) }) })
  const manifold = createManifold(() => {})
  const drawn = () => {
    const drawImage = vi.fn()
    manifold.draw({ drawImage, clearRect() {} } as never, view, size)
    return drawImage.mock.calls.length
  }
  const [first, second, third] = ['first', 'second', 'third'].map(slowPainter)
  first!.release()
  await manifold.show(view, size, first!.painter)
  expect(drawn()).toBe(1)

  // The coarse cells of the second are one asking, those of the third several.
  for (const [{ painter, asked, release }, wide] of [
    [second!, size],
    [third!, { width: 1200, height: 900 }],
  ] as const) {
    const late = manifold.show(nearer, wide, painter)
    await asked
    manifold.clear()
    expect(drawn()).toBe(0)
    release()
    await late
    expect(drawn()).toBe(0)
    expect(painter.paint).toHaveBeenCalledTimes(1)
  }
})
