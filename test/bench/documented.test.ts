import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ran, root, TABLES } from './bench.ts'

const pages = [
  ...['README.md', 'CHANGELOG.md', 'bench/README.md'],
  ...readdirSync(`${root}docs`).flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : [])),
]
const text = (page: string) => readFileSync(`${root}${page}`, 'utf8')

/** A call of a bench, up to the end of its line, of its code or of a comment. */
const CALL =
  /(?:node (bench\/[\w-]+\.js)|npm run (?:--silent )?bench)\b(?: -- |(?= --)| |$)?([^\n`#>|]*)/gm
const calls = pages.flatMap((page) =>
  [...text(page).matchAll(CALL)].map(([call, script = 'bench/run.js', flags]) => ({
    page,
    call: call.trim(),
    script,
    flags: [...flags!.matchAll(/(--[\w-]+)(?: ([\w,-]+))?/g)].map(([, flag, value]) => ({
      flag: flag!,
      value,
    })),
  })),
)

const helps = new Map<string, string>()
function helpOf(script: string): string {
  if (!helps.has(script)) {
    const { stdout, status } = ran(script.replace('bench/', ''), ['--help'])
    expect(status).toBe(0)
    helps.set(script, stdout)
  }
  return helps.get(script)!
}

/** Flags whose values the help lists. */
const LISTED = ['--tables', '--settings', '--peers', '--scores']

describe('a bench in the documentation', () => {
  it('is found', () => expect(calls.length).toBeGreaterThan(10))

  it.each(calls)(
    'has the script and the flags that it is called with: $page, $call',
    ({ script, flags }) => {
      expect(existsSync(`${root}${script}`)).toBe(true)
      const known = [...helpOf(script).matchAll(/^ {2}(--[\w-]+)(?: (.*))?$/gm)]
      for (const { flag, value } of flags) {
        const found = known.find(([, name]) => name === flag)
        expect(found, `${script} ${flag}`).toBeDefined()
        if (LISTED.includes(flag) && value)
          expect(found![2]!.split(',')).toEqual(expect.arrayContaining(value.split(',')))
      }
    },
  )

  it('is every bench that there is', () => {
    const scripts = readdirSync(`${root}bench`).filter(
      (file) => file.endsWith('.js') && text(`bench/${file}`).includes('const USAGE = '),
    )
    const described = new Set(
      calls.flatMap(({ page, script }) => (page === 'bench/README.md' ? [script] : [])),
    )
    expect([...described].sort()).toEqual(scripts.map((file) => `bench/${file}`).sort())
  })
})

describe('a table of trained models', () => {
  it.each(TABLES)('is named in the section that it produces: $name', ({ name, page }) => {
    const [, file, heading] = /^(\S+), “(.*)”$/.exec(page)!
    const section = text(file!)
      .split(/^## /m)
      .find((part) => part.startsWith(`${heading}\n`))
    expect(section).toContain(`node bench/trained.js --tables ${name}`)
  })
})
