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

/** Lines that lean to the right, narrower or flatter. */
const leaning = (shear: number, across: number, down: number, lines: readonly Line[]): Line[] =>
  lines.map((line) =>
    line.map(([x, y]) => [14 + across * (x - 14) - shear * (y - 14), 14 + down * (y - 14)]),
  )

/**
 * The ten digits as somebody writes them, each by its lines. The example has a code of two dimensions alone, in which careless
 * shapes of 4, 5, 8 and 9 lie among their neighbours; most in MNIST lean like these. Each stays among its own when it is drawn half
 * a pixel of the screen off or with a pen 4 % broader or thinner; so does the 8 with its lengths changed by 4 %.
 */
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
  leaning(0.35, 1, 0.8, [
    [
      [9, 5],
      [8, 14],
      [19, 14],
    ],
    [
      [19, 4],
      [18, 25],
    ],
  ]),
  leaning(0.35, 1, 0.8, [
    [[10, 5], [9, 12], ...arc(13, 17, 5, 5, -90, 140), [6, 24]],
    [
      [10, 5],
      [22, 3],
    ],
  ]),
  [[[17, 4], [11, 11], ...arc(13, 18.5, 5, 5, 200, 560)]],
  [
    [
      [7, 6],
      [20, 6],
      [13, 25],
    ],
  ],
  leaning(0.2, 0.6, 0.9, [
    [...arc(14, 10, 5.5, 4, 90, -270), ...arc(14, 18.5, 3.5, 4.5, -90, 270)],
  ]),
  leaning(0.35, 1, 0.8, [[...arc(13.5, 9.5, 5, 5, 0, -360), [18, 25]]]),
]
