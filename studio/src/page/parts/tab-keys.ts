/** The tab that a key goes to from one of several; undefined for other keys. */
export function placeByKey(key: string, at: number, count: number): number | undefined {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  if (key === 'ArrowRight' || key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (at + count - 1) % count
  return undefined
}

/** The most tabs that stand in a row. */
const MOST_ACROSS = 4

/** How many tabs stand in a row, so that rows are about equally long: 6 make two rows of 3. */
export const acrossOf = (count: number): number => Math.ceil(count / Math.ceil(count / MOST_ACROSS))
