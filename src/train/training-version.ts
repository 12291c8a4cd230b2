/**
 * Number of the training program: raised by every change after which the same configuration and seed train
 * other parameters. The package's version alone would not do, since it stands still between releases.
 */
export const TRAINING_VERSION = 1
