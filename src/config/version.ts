/**
 * Version of this package, as in `package.json`. It stands here because the code may be part of a bundle, beside
 * which there is another `package.json` or none.
 */
export const VERSION = '0.1.0'
