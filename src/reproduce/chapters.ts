/** The chapters of the lecture, and the results that papers have published, with what each is about. */
export const CHAPTERS = {
  'Loss functions are likelihoods':
    'What a network gives are the parameters of a distribution that somebody chose, and its loss is the negative logarithm of what that distribution makes of the data. So one can draw from it, and a loss has a unit: nats.',
  'Manifold learning':
    'Images fill a vanishing part of the space of their pixels. Where a code has found the surface on which they lie, a step along it leads from one image to another, and what lies between two codes is an image too.',
  Autoencoders:
    'An encoder that reduces and a decoder that restores learn without labels. What they find depends on what is asked of them beside: nothing, depth, noise that has to be undone, a code that holds still.',
  'Variational autoencoders':
    'To generate is to maximise p(x), an integral over codes that draws of the prior do not find. A second network proposes codes instead. What it costs that they are not those of the true posterior is a divergence, and the rest is a bound: the ELBO.',
  'What sets them apart':
    'An autoencoder is an encoder that needed a decoder; a variational one is a decoder that needed an encoder; a generative adversarial network has none. Each is good at what it is for.',
  'Published results':
    'Figures from papers, by the settings that they state, beside what this program comes to.',
} as const satisfies Record<string, string>

export type Chapter = keyof typeof CHAPTERS
