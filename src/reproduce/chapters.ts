/**
 * The chapters of the lecture, then the results of papers, with what each is about. The experiments of a chapter
 * are in the folder of its name.
 */
export const CHAPTERS = {
  'Maximum likelihood':
    'A network outputs the parameters of a distribution that somebody chose, and its loss is the negative log-likelihood of the data under it. So values can be drawn from it, and a loss has a unit: nats.',
  'Manifold learning':
    'Images fill a vanishing part of the space of their pixels. Once a code has found the surface on which they lie, a step along it leads from one image to another, and between two codes there are images too.',
  Autoencoders:
    'An encoder that reduces and a decoder that restores learn without labels. What they find depends on what is added: nothing, depth, noise to be removed, a penalty on a code that moves.',
  'Variational autoencoders':
    'A generative model maximises p(x), an integral over codes that draws of the prior fail to estimate. A second network proposes codes instead. The price of its not being the true posterior is a divergence, and what remains is a bound: the ELBO.',
  'Autoencoder, VAE or GAN':
    'An autoencoder is an encoder that needs a decoder to be trained; a VAE is a decoder that needs an encoder; a GAN has no encoder. Each is good at what it is for.',
  'Published results':
    'Figures from papers, in the settings that they state, beside what this program reaches.',
} as const satisfies Record<string, string>

export type Chapter = keyof typeof CHAPTERS
