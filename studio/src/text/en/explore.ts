/** explore */
export const explore = {}
