/** An option's value as the command line takes it: lists by commas, schedules as FROM:TO@EPOCHS. */
export function optionText(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object' && value !== null && 'epochs' in value) {
    const { from, to, epochs } = value as unknown as Record<string, number>
    return `${from}:${to}@${epochs}`
  }
  return String(value)
}
