import { VERSION } from '../../../config/version.ts'
import { kindOf } from '../../../data/form.ts'
import { sizeOf } from '../../../tensor/host.ts'
import { counted, grouped } from '../../../tensor/numbers.ts'
import type { CardFacts } from './facts.ts'
import { cell } from './markdown.ts'

/** What the catalogue of models that the card may be put into reads. */
export function frontMatter({ form, source, threshold }: CardFacts): string {
  const tags = [
    'autoencoder',
    source.config.model,
    kindOf(form) === 'image' ? 'image' : 'tabular',
    'unsupervised',
    'onnx',
    ...(threshold ? ['anomaly-detection'] : []),
  ]
  return `---\nlibrary_name: latentlab\ntags:\n${tags.map((tag) => `- ${tag}\n`).join('')}---\n`
}

export function modelSection({ name, source, precision }: CardFacts): string {
  const { trained, config, epoch, step, checkpoint } = source
  const { definition, latent } = trained.model
  const count = Object.values(trained.parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const code = latent > 0 ? `, a code of ${counted(latent, 'dimension')}` : ''
  const network =
    typeof config.options.network === 'string' ? `, network ${config.options.network}` : ''
  const weights = precision === 'float16' ? ', stored in 16 bits' : ''
  const taken = definition.fit
    ? 'It was computed in closed form.'
    : `Its parameters are those of the ${checkpoint} checkpoint: epoch ${epoch}, step ${grouped(step)}.`
  return `# ${cell(name)}

${cell(definition.summary)} (\`${definition.name}\`, ${cell(definition.paper)})${code}${network}; ${grouped(count)} parameters${weights}. ${taken} Exported by Latentlab ${VERSION}.
`
}
