/** What a call or a verb takes where it is not given: one set for the library and the command line. */

/** Seed of random draws: the same call gives the same answer. */
export const SEED = 0

/** Points of an interpolation, both ends included. */
export const STEPS = 11

/** Rows and columns of a grid of decoded codes. */
export const GRID_SIZE = 20
