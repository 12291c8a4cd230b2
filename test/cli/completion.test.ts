import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bashScript } from '../../src/cli/completion/bash.ts'
import { fishScript } from '../../src/cli/completion/fish.ts'
import { offeredVerbs } from '../../src/cli/completion/tree.ts'
import { zshScript } from '../../src/cli/completion/zsh.ts'
import { verbs } from '../../src/cli/verbs.ts'
import { models } from '../../src/models/registry.ts'
import { flagName } from '../../src/tensor/wording.ts'

const offered = await offeredVerbs(verbs)
const folder = mkdtempSync(join(tmpdir(), 'latentlab-completion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
mkdirSync(join(folder, 'runs/vae'), { recursive: true })
mkdirSync(join(folder, 'runs/empty'))
writeFileSync(join(folder, 'runs/vae/config.json'), '{}')
writeFileSync(join(folder, 'digits.npy'), '')
for (const [shell, script] of Object.entries({
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}))
  writeFileSync(join(folder, `script.${shell}`), script(offered))

/** What bash offers after each of these lines. */
function inBash(lines: readonly string[]): string[][] {
  const asked = lines.map(
    (line) =>
      `COMP_LINE='${line}'; COMP_POINT=${line.length}; COMPREPLY=(); _latentlab; echo "\${COMPREPLY[*]}"`,
  )
  const script = ['source script.bash', ...asked].join('\n')
  const stdout = execFileSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' })
  return stdout
    .split('\n')
    .slice(0, lines.length)
    .map((line) => line.split(' ').filter(Boolean).sort())
}

describe('completion in bash', () => {
  it.each([
    ['latentlab tr', ['train', 'transfer']],
    ['latentlab help da', ['datasets']],
    ['latentlab train --mod', ['--model']],
    ['latentlab train --model v', ['vae', 'vae-gan']],
    ['latentlab train --model=ca', ['cae']],
    ['latentlab train --model ae --bet', ['--beta1', '--beta2']],
    ['latentlab train --model vae --bet', ['--beta', '--beta1', '--beta2']],
    ['latentlab train --data d', ['digits.npy']],
    ['latentlab train --data m', ['mnist']],
    ['latentlab train --likelihood gaussian:g', ['global']],
    ['latentlab train --activation relu,ta', ['relu,tanh']],
    ['latentlab evaluate runs/vae --measure loss,rep', ['loss,representation']],
    ['latentlab evaluate --split=t', ['test', 'train']],
    ['latentlab sample r', ['runs']],
    ['latentlab sample runs/', ['runs/vae']],
    ['latentlab report runs/vae --beside runs/', ['runs/vae']],
    ['latentlab reproduce linear-ae', ['linear-ae-spans-pca']],
    ['latentlab completion ', ['bash', 'fish', 'zsh']],
    ['latentlab models --h', ['--help']],
  ])('of %j', (line, words) => {
    expect(inBash([line])).toEqual([words])
  })

  it('offers every verb, and every flag of each', () => {
    const names = Object.keys(verbs)
    const [all, ...flags] = inBash(['latentlab ', ...names.map((verb) => `latentlab ${verb} --`)])
    expect(all).toEqual([...names, 'help', '--help', '--version'].sort())
    expect(flags).toEqual(offered.map((verb) => verb.flags.map(({ flag }) => flag).sort()))
  })

  it('offers the flags of each model that its help has', async () => {
    const { helpFlags } = await verbs.train!.load()
    const found = inBash(models.map(({ name }) => `latentlab train --model ${name} --`))
    expect(found).toEqual(
      models.map(({ name }) => [...Object.keys(helpFlags!(name)).map(flagName), '--help'].sort()),
    )
  })
})

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0

describe('completion in other shells', () => {
  it.each(['zsh', 'fish'])('%s reads the script, where it is installed', (shell) => {
    if (!has(shell)) return
    const { status, stderr } = spawnSync(shell, ['-n', join(folder, `script.${shell}`)], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('fish offers verbs, models and files, where it is installed', () => {
    if (!has('fish')) return
    const asked = ['latentlab tr', 'latentlab train --model ca', 'latentlab evaluate x --split te']
    const script = ['source script.fish', ...asked.map((line) => `complete -C '${line}'`)].join(
      '\n',
    )
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
      ...['train', 'transfer', 'cae', 'test', ''],
    ])
  })

  it('the scripts for zsh and fish have each verb and flag', () => {
    for (const { name, flags } of offered) {
      expect(zshScript(offered)).toContain(`\n    ${name})\n`)
      for (const { flag } of flags) {
        expect(zshScript(offered)).toMatch(new RegExp(`'${flag}[=[]`))
        expect(fishScript(offered)).toContain(`'__latentlab_verb ${name}' -l ${flag.slice(2)} `)
      }
    }
  })
})
