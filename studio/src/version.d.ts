/** The version of the package, which the build writes in. */
declare const __VERSION__: string
