import { bytesOfColour, type PointLayer, SELECTED, STEPPED_BACK } from './point-layer.ts'

const VERTEX = `#version 300 es
in vec2 position;
in float shade;
in float mark;
uniform vec2 middle;
uniform vec2 scale;
uniform float diameter;
uniform float opacity;
uniform float others;
uniform sampler2D palette;
out vec4 colour;
out float across;

void main() {
  bool selected = mark > 1.5;
  across = selected ? diameter * ${SELECTED} : diameter;
  gl_PointSize = across + 1.0;
  gl_Position = mark < 0.5 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((position - middle) * scale, 0.0, 1.0);
  float alpha = selected ? 1.0 : opacity * others;
  colour = vec4(texelFetch(palette, ivec2(int(shade + 0.5), 0), 0).rgb * alpha, alpha);
}`

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour;
in float across;
out vec4 drawn;

void main() {
  float distance = length(gl_PointCoord - 0.5) * (across + 1.0);
  drawn = colour * clamp(0.5 * across + 0.5 - distance, 0.0, 1.0);
}`

const UNIFORMS = ['middle', 'scale', 'diameter', 'opacity', 'others', 'palette'] as const

/** Points by WebGL; undefined where a canvas has none, or only one without a graphics processor. */
export function webglPoints(canvas: HTMLCanvasElement): PointLayer | undefined {
  if (!hasGraphics()) return undefined
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false })
  const program = gl && linked(gl)
  if (!gl || !program) return undefined
  gl.useProgram(program)
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  paletteTexture(gl)
  const at = Object.fromEntries(
    UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>
  const position = attribute(gl, program, 'position', 2, gl.FLOAT)
  const shade = attribute(gl, program, 'shade', 1, gl.UNSIGNED_BYTE)
  const mark = attribute(gl, program, 'mark', 1, gl.UNSIGNED_BYTE)
  const counts = { positions: 0, shades: 0, marks: 0 }
  return {
    name: 'webgl',
    setPositions(positions) {
      position(positions)
      counts.positions = positions.length / 2
    },
    setShades(shades) {
      shade(shades)
      counts.shades = shades.length
    },
    setMarks(marks) {
      mark(marks)
      counts.marks = marks.length
    },
    setPalette(palette) {
      const bytes = new Uint8Array(256 * 4).fill(255)
      for (const [i, colour] of palette.entries()) bytes.set(bytesOfColour(colour), 4 * i)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
    },
    draw(view, { width, height }, ratio, style) {
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (!style) return
      gl.uniform2f(at.middle, view.x, view.y)
      gl.uniform2f(at.scale, (2 * view.unit) / width, (2 * view.unit) / height)
      gl.uniform1f(at.diameter, style.diameter * ratio)
      gl.uniform1f(at.opacity, style.opacity)
      gl.uniform1f(at.others, style.hasSelection ? STEPPED_BACK : 1)
      gl.drawArrays(gl.POINTS, 0, Math.min(counts.positions, counts.shades, counts.marks))
    },
    close() {
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}

/** What draws without a graphics processor calls itself one of these. */
const BY_THE_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i

/** Whether WebGL is there, and more than the processor's imitation of it, which takes longer than drawing without it. */
function hasGraphics(): boolean {
  const gl = document
    .createElement('canvas')
    .getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (!gl) return false
  const names = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return !BY_THE_PROCESSOR.test(name)
}

function linked(gl: WebGL2RenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : undefined
}

function paletteTexture(gl: WebGL2RenderingContext): void {
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
}

/** An attribute with a buffer of its own; what it returns fills it. */
function attribute(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  name: string,
  width: number,
  type: number,
): (values: Float32Array | Uint8Array) => void {
  const buffer = gl.createBuffer()
  const location = gl.getAttribLocation(program, name)
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.enableVertexAttribArray(location)
  gl.vertexAttribPointer(location, width, type, false, 0, 0)
  return (values) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.bufferData(gl.ARRAY_BUFFER, values as Float32Array<ArrayBuffer>, gl.STATIC_DRAW)
  }
}
