/** train */
export const train = {}
