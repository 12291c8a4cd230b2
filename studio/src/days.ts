const DAY = 86_400_000

/** Days since 1970, in UTC, by which a session and its page speak of dates. */
export const daysOf = (date: Date): number => date.getTime() / DAY

/** The date of so many days; an invalid one where they are no number. */
export const dateOf = (days: number): Date => new Date(Math.round(days * DAY))
