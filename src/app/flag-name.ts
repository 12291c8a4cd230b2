/** The flag of an option: `--weight-decay` for `weightDecay`. Imports nothing, since help needs it at once. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
