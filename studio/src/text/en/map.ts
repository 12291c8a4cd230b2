/** map */
export const map = {}
