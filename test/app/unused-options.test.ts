import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainingOptions } from '../../src/app/option-list.ts'
import { setOptions, trainCommand } from '../../src/app/report/commands.ts'
import { parseStoredConfig, storedConfigText } from '../../src/app/run/stored-config.ts'
import { requireUsed, unusedReason } from '../../src/app/unused-options.ts'
import type { UserError } from '../../src/tensor/errors.ts'

const unusedOf = (options: Readonly<Record<string, unknown>>) => {
  const config = resolveConfig(options)
  return trainingOptions(config.model)
    .map(({ name }) => name)
    .filter((name) => unusedReason(name, config) !== undefined)
}

describe('options that a model as configured does not use', () => {
  it.each([
    [{}, ['channels', 'residual', 'temperature', 'momentum', 'nesterov']],
    [{ model: 'ae', network: 'conv', optimizer: 'sgd' }, ['hidden', 'beta1', 'beta2', 'epsilon']],
    [{ prior: 'bernoulli' }, ['channels', 'residual', 'momentum', 'nesterov']],
    [
      { model: 'dae', network: 'unet' },
      ['hidden', 'residual', 'latent', 'codeActivation', 'tied', 'stacks', 'momentum', 'nesterov'],
    ],
    [
      { model: 'dae', network: 'hourglass' },
      ['hidden', 'residual', 'latent', 'codeActivation', 'tied', 'momentum', 'nesterov'],
    ],
    [{ model: 'stacked-ae' }, ['momentum', 'nesterov']],
  ])('of %j', (options, unused) => {
    expect(unusedOf(options).sort()).toEqual([...unused].sort())
  })

  it('are, in closed form, all those of training steps', () => {
    const unused = unusedOf({ model: 'pca' })
    expect(unused).toEqual(expect.arrayContaining(['epochs', 'batch', 'lr', 'patience']))
    expect(unused).not.toContain('seed')
    expect(unused).not.toContain('latent')
  })

  it('are refused where they were chosen, with what would use them', () => {
    const refusal = (name: string, options: Readonly<Record<string, unknown>>) => {
      try {
        requireUsed([name], resolveConfig(options))
      } catch (error) {
        return (error as UserError).commandLine
      }
      return undefined
    }
    expect(refusal('channels', { channels: 8 })).toBe(
      'channels: is used only with --network conv, and here it is mlp; leave it out',
    )
    expect(refusal('channels', { model: 'dae', channels: 8 })).toBe(
      'channels: is used only with --network conv or unet or hourglass, and here it is mlp; leave it out',
    )
    expect(refusal('epochs', { model: 'pca' })).toBe(
      'epochs: pca is computed in closed form, without training steps; leave it out',
    )
    expect(refusal('channels', { network: 'conv', channels: 8 })).toBeUndefined()
    // Where tied weights are the default, a convolutional network needs them switched off.
    expect(refusal('tied', { model: 'cae', network: 'conv', tied: false })).toBeUndefined()
  })

  it('pass in a file if they have their defaults', () => {
    const config = resolveConfig({ channels: [32, 64], residual: true })
    expect(() => requireUsed(['channels'], config, { allowed: 'defaults' })).not.toThrow()
    expect(() => requireUsed(['channels'], config)).toThrow('channels: is used only with network')
    expect(() => requireUsed(['residual'], config, { allowed: 'defaults' })).toThrow('residual: ')
  })

  it('are neither stored nor shown, and a stored configuration resolves to the same', () => {
    const config = resolveConfig({ model: 'dae', channels: [8], latent: 3 })
    const text = storedConfigText(config)
    const stored = JSON.parse(text)
    expect(stored.options).toMatchObject({ latent: 3 })
    for (const name of ['channels', 'residual', 'stacks']) {
      expect(stored.options).not.toHaveProperty(name)
      expect(setOptions(config).map((option) => option.name)).not.toContain(name)
    }
    expect(stored.train).not.toHaveProperty('momentum')
    expect(trainCommand(config, 'x')).not.toContain('--channels')
    expect(parseStoredConfig(text, 'config.json')).toEqual({
      config: resolveConfig({ model: 'dae', latent: 3 }),
      isSealed: true,
    })
  })

  it('in the configuration of an older run are read as they are', () => {
    const old = { ...resolveConfig({ channels: [8] }), digest: undefined }
    expect(parseStoredConfig(JSON.stringify(old), 'config.json').config.options.channels).toEqual([
      8,
    ])
  })
})
