import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { codeScatter } from '../../src/report/code-scatter.ts'
import { type Figure, type ReportContent, renderReport } from '../../src/report/html.ts'
import { ledgerTable } from '../../src/report/ledger.ts'
import { lossCurves } from '../../src/report/loss-curves.ts'
import { encodePng, imageGrid } from '../../src/report/pixels.ts'

const words = { alt: 'what it shows', caption: 'a caption' }
const tinyPng = encodePng({ width: 3, height: 2, channels: 1, data: new Uint8Array(6) })
const tinySvg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="9"><clipPath id="a"/><g clip-path="url(#a)"/><use href="#a"/></svg>'

const png = (name: string, bytes: Uint8Array): Figure => ({ name, kind: 'png', bytes, ...words })
const svg = (name: string, svg: string): Figure => ({ name, kind: 'svg', svg, ...words })

function report(...figures: readonly Figure[]): ReportContent {
  return { title: 'T', subtitle: 'S', sections: [{ id: 'one', title: 'One', figures }] }
}

function page(content: ReportContent): Document {
  return parseHTML(renderReport(content)).document
}

/** Noise, which no compression helps: the bytes of a 64-bit congruential generator's upper half. */
function noise(length: number): Float32Array {
  let state = 1n
  return Float32Array.from({ length }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return Number(state >> 56n) / 255
  })
}

describe('renderReport', () => {
  it('asks nothing of the network: the only address in the file is the SVG namespace', () => {
    const curves = lossCurves([{ term: 'total', split: 'train', points: [{ epoch: 1, value: 2 }] }])
    const html = renderReport(report(png('images', tinyPng), svg('curves', curves)))
    const addresses = html.match(/\bhttps?:[^"'\s]*/g) ?? []
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']))
    expect(html).not.toMatch(/<script|<link|@import|\ssrc="(?!data:)/)
    expect(html).toContain("default-src 'none'")
  })

  it('keeps a report with every figure at its largest below 3 MB', () => {
    const codes = Array.from({ length: 10_000 }, (_, i) => ({
      x: Math.sin(i),
      y: Math.cos(i * 3),
      label: i % 10,
    }))
    const grid = (columns: number, count: number, scale: number) =>
      encodePng(imageGrid(noise(count * 784), [1, 28, 28], { columns, scale }))
    const html = renderReport(
      report(
        png('reconstructions', grid(16, 32, 2)),
        png('samples', grid(16, 64, 2)),
        png('manifold', grid(20, 400, 1)),
        png('interpolation', grid(11, 22, 2)),
        svg('codes', codeScatter(codes, { title: 'Codes' })),
      ),
    )
    expect(html.length).toBeGreaterThan(300_000)
    expect(html.length).toBeLessThan(3 * 2 ** 20)
  })

  it('shows every text as text, whatever it contains', () => {
    const evil = '<script>alert("1")</script> & \'quotes\''
    const document = page({
      title: evil,
      subtitle: evil,
      sections: [
        {
          id: 'one',
          title: evil,
          caption: evil,
          figures: [{ name: '"><b>', kind: 'png', bytes: tinyPng, alt: evil, caption: evil }],
          table: { columns: [{ title: evil }], rows: [[evil]], caption: evil, footnotes: [evil] },
          preformatted: evil,
        },
      ],
    })
    expect(document.querySelectorAll('script, b')).toHaveLength(0)
    for (const place of ['title', 'h1', '.subtitle', 'h2', 'nav a', 'section > p', 'figcaption']) {
      expect(document.querySelector(place)?.textContent).toBe(evil)
    }
    for (const place of ['caption', 'th', 'td', '.footnotes li', 'pre']) {
      expect(document.querySelector(place)?.textContent).toBe(evil)
    }
    expect(document.querySelector('img')?.getAttribute('alt')).toBe(evil)
  })

  it('embeds a PNG with its own bytes and size, or the width asked for in proportion', () => {
    const image = page(report(png('a', tinyPng))).querySelector('img')!
    const bytes = Buffer.from(
      image.getAttribute('src')!.replace('data:image/png;base64,', ''),
      'base64',
    )
    expect(Array.from(bytes)).toEqual(Array.from(tinyPng))
    expect([image.getAttribute('width'), image.getAttribute('height')]).toEqual(['3', '2'])
    const wide = page(report({ ...png('a', tinyPng), width: 300 })).querySelector('img')!
    expect([wide.getAttribute('width'), wide.getAttribute('height')]).toEqual(['300', '200'])
  })

  it('keeps the ids of two SVG figures apart, and what refers to them with them', () => {
    const html = renderReport(report(svg('left', tinySvg), svg('right', tinySvg)))
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
    for (const name of ['left', 'right']) {
      expect(html).toContain(`id="${name}-a"`)
      expect(html).toContain(`url(#${name}-a)`)
      expect(html).toContain(`href="#${name}-a"`)
    }
  })

  it('links every section from the table of contents', () => {
    const sections = ['loss', 'codes'].map((id) => ({ id, title: id, figures: [] }))
    const document = page({ title: 'T', subtitle: 'S', sections })
    const targets = Array.from(document.querySelectorAll('nav a'), (link) =>
      link.getAttribute('href'),
    )
    expect(targets).toEqual(['#loss', '#codes'])
    for (const target of targets)
      expect(document.querySelector(`section${target} h2`)).not.toBeNull()
  })

  it('sets numbers flush right in figures of equal width', () => {
    const entry = {
      unit: 'nats per example',
      split: 'test',
      examples: 10,
      likelihood: 'bernoulli',
    } as const
    const rest = { binarize: 'none', samples: 1, seed: 0, kind: 'bound' } as const
    const table = ledgerTable([{ figure: 'ELBO', value: 106.664, ...entry, ...rest }])
    const html = renderReport({
      ...report(),
      sections: [{ id: 'l', title: 'L', figures: [], table }],
    })
    expect(html).toContain('<td class="number">106.66</td>')
    expect(html).toMatch(/\.number \{[^}]*text-align: right;[^}]*tabular-nums/)
  })

  it('refuses two figures or sections of one name, and an SVG that is none', () => {
    expect(() => renderReport(report(png('a', tinyPng), png('a', tinyPng)))).toThrow(/figures.*"a"/)
    const section = { id: 'x', title: 'X', figures: [] }
    expect(() => renderReport({ ...report(), sections: [section, section] })).toThrow(
      /sections.*"x"/,
    )
    expect(() => renderReport(report(svg('a', '<p>')))).toThrow(/is not an <svg>/)
  })
})
