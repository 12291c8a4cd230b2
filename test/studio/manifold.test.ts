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
  const [first, second] = [slowPainter('first'), slowPainter('second')]
  first.release()
  await manifold.show(view, size, first.painter)
  expect(drawn()).toBe(1)

  const late = manifold.show(nearer, size, second.painter)
  await second.asked
  expect(drawn()).toBeGreaterThan(0)
  manifold.clear()
  expect(drawn()).toBe(0)
  second.release()
  await late
  expect(drawn()).toBe(0)
  expect(second.painter.paint).toHaveBeenCalledTimes(1)
})
