/** Resolves after so many milliseconds; without any, once others had their turn. */
export const pause = (milliseconds = 0): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds))
