import type { ColumnSummary, Reading } from '../../protocol/api.ts'

/** What a column counts as: what somebody chose, or else what it was taken for. */
export function kindNow({ name, kind }: ColumnSummary, { kinds, label }: Reading): string {
  if (label === name) return 'label'
  const chosen = kinds?.[name]
  if (chosen !== undefined) return chosen
  // Another column of labels, or none, was chosen in its place.
  return kind === 'label' && label !== undefined ? 'ignore' : kind
}

/** The corrections that make a column count as something. There is one column of labels, which is stated by itself. */
export function withKind(name: string, kind: string, before: Reading, isLabel: boolean) {
  const { [name]: _, ...others } = before.kinds ?? {}
  if (kind === 'label') return { label: name, normal: undefined, kinds: others }
  return {
    kinds: { ...others, [name]: kind },
    ...(isLabel && { label: null, normal: undefined }),
  }
}
