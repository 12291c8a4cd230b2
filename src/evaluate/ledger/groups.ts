/** What can be measured of a model, in display order. */
export const GROUPS = {
  loss: 'the terms of its loss',
  reconstruction: 'how close reconstructions are to the examples',
  likelihood: 'how likely the data is, and how much information the code carries',
  representation: 'what can be read from codes',
  manifold: 'whether neighbourhoods are preserved and interpolation paths are short',
  generation: 'how similar samples are to the data, and whether they cover it',
  anomaly: 'whether examples of unknown classes stand out',
} as const

export type Group = keyof typeof GROUPS
