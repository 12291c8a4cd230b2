/** A line from point to point, in a field of 28 by 28. */
export type Line = readonly (readonly [x: number, y: number])[]

/** Points of an arc about a middle, from one angle to another, in degrees: 0 to the right, 90 down. */
function arc(x: number, y: number, across: number, down: number, from: number, to: number): Line {
  const steps = Math.ceil(Math.abs(to - from) / 12)
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180
    return [x + across * Math.cos(angle), y + down * Math.sin(angle)] as const
  })
}

/** The ten digits as somebody writes them, each by its lines. */
export const digitStrokes: readonly (readonly Line[])[] = [
  [arc(14, 14, 6.5, 9, -60, 300)],
  [
    [
      [15, 4],
      [13, 24],
    ],
  ],
  [[...arc(14, 9, 5.5, 5, 190, 380), [8, 23], [21, 23]]],
  [[...arc(13, 9, 5.5, 4.5, 200, 450), ...arc(13, 18.5, 6, 5, -90, 160)]],
  [
    [
      [9, 5],
      [8, 14],
      [19, 14],
    ],
    [
      [19, 4],
      [18, 25],
    ],
  ],
  [[[20, 5], [10, 5], [9.5, 13], ...arc(13, 18, 6.5, 5.5, -110, 150)]],
  [[[17, 4], [11, 11], ...arc(13, 18.5, 5, 5, 200, 560)]],
  [
    [
      [7, 6],
      [20, 6],
      [13, 25],
    ],
  ],
  [[...arc(14, 9, 4.5, 4.5, 60, -270), ...arc(14, 18.5, 5, 5, -90, 270)]],
  [[...arc(13.5, 9.5, 5, 5, 0, -360), [18, 25]]],
]
