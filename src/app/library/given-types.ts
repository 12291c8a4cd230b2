import type { Schedule, ScheduleText } from '../../config/options.ts'

/** What may be given for a value of a configuration: for a list its only element, for a schedule its text. */
type GivenFor<V> = V extends readonly (infer E)[]
  ? readonly E[] | E
  : V extends Schedule
    ? V | ScheduleText
    : V

/** Options from which a configuration is resolved: each may be left out. */
export type Given<T> = { readonly [K in keyof T]?: GivenFor<T[K]> | undefined }
