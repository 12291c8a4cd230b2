/** `8 s`, `1:12`, `2:03:04`; undefined where there is no telling. */
export function durationText(seconds: number): string | undefined {
  if (!Number.isFinite(seconds) || seconds < 0) return undefined
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
