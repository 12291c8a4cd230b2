import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { verbs } from '../../src/cli/verbs.ts'
import { flagName } from '../../src/tensor/wording.ts'
import { workingFolder } from './command-line.ts'

const { latentlab, latentlabProcess } = workingFolder()

describe('help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('for %j lists every verb', async (args) => {
    const { code, stdout, stderr } = await latentlab(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const verb of Object.keys(verbs))
      expect(stdout).toMatch(new RegExp(`^  ${verb} +\\w`, 'm'))
  })

  it.each(Object.keys(verbs))(
    'of %s names each of its flags and shows an example',
    async (verb) => {
      const { code, stdout, stderr } = await latentlab([verb, '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const command = await verbs[verb]!.load()
      for (const name of Object.keys(command.helpFlags?.(undefined) ?? command.flags))
        expect(stdout).toMatch(new RegExp(`^  ${flagName(name)}( |$)`, 'm'))
      expect(stdout).toMatch(new RegExp(`^  latentlab ${verb}`, 'm'))
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    },
  )

  it('ends quietly where nobody reads on, as in `| head`', async () => {
    const { code, stderr } = await latentlabProcess(['train', '--help'], { closedOutput: true })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('of train is about the chosen model', async () => {
    const [vae, ae] = await Promise.all([
      latentlab(['train', '--help']),
      latentlab(['train', '--model', 'ae', '--help']),
    ])
    expect(vae.stdout).toMatch(/^ {2}--beta N/m)
    expect(ae.stdout).not.toMatch(/^ {2}--beta N/m)
  })

  it('aside, the version is that of the package', async () => {
    const { code, stdout } = await latentlab(['--version'])
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` })
  })
})
