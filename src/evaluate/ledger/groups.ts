/** What can be measured of a model, in the order in which it is told. */
export const GROUPS = {
  loss: 'the terms of its loss',
  reconstruction: 'how like reconstructions are',
  likelihood: 'how likely the data is, and what the code tells of it',
  representation: 'what can be read from codes',
  manifold: 'whether neighbours stay neighbours, and ways are short',
  generation: 'how like samples are to the data, and whether they cover it',
  anomaly: 'whether examples of unknown classes stand out',
} as const

export type Group = keyof typeof GROUPS
