/**
 * Version of the training program: raised by every change after which the same configuration and seed train
 * other parameters. The package's version is not enough, since it does not change between releases.
 */
export const TRAINING_VERSION = 1
