import { floatLiteral, polynomialText, type WgslFunctions } from './wgsl-function.ts'

/** The first 224 bits of 1 / 2π after the point, led by a word of zeros. */
const INVERSE_OF_TURN = [
  0, 0x28be60db, 0x9391054a, 0x7f09d5f4, 0x7d4d3770, 0x36d8a566, 0x4f10e410, 0x7f9458ea,
]

export const trigonometry: WgslFunctions = {
  // x / 2π modulo 1 by integers (Payne and Hanek 1983), to 64 bits: the quarter turn that x is nearest to, and
  // what remains, between -π / 4 and π / 4. Exact enough for every float.
  quarter_turn: {
    calls: ['u32_product', 'i64_add', 'i64_shift_left', 'i64_to_f32', 'op_nan'],
    code: `struct QuarterTurn { number: u32, rest: f32 }

fn quarter_turn(x: f32) -> QuarterTurn {
  var table = array<u32, ${INVERSE_OF_TURN.length}>(${INVERSE_OF_TURN.map((word) => `${word}u`).join(', ')});
  let size = bitcast<u32>(x) & 0x7fffffffu;
  let exponent = max(size >> 23u, 126u) - 126u;
  let digits = ((size & 0x7fffffu) | 0x800000u) << 8u;
  let at = min(exponent >> 5u, ${INVERSE_OF_TURN.length - 4}u);
  let bits = exponent & 31u;
  let high = i64_shift_left(vec2<u32>(table[at + 1u], table[at]), bits).y;
  let middle = i64_shift_left(vec2<u32>(table[at + 2u], table[at + 1u]), bits).y;
  let low = i64_shift_left(vec2<u32>(table[at + 3u], table[at + 2u]), bits).y;
  let carried = vec2<u32>(u32_product(digits, low).y, 0u);
  let turns = i64_add(i64_add(u32_product(digits, middle), carried), vec2<u32>(0u, digits * high));
  let rounded = turns.y + 0x20000000u;
  let fraction = vec2<u32>(turns.x, turns.y - (rounded & 0xc0000000u));
  let angle = i64_to_f32(fraction) * ${floatLiteral((2 * Math.PI) / 2 ** 64)};
  let negative = (bitcast<u32>(x) >> 31u) == 1u;
  let number = rounded >> 30u;
  if (size >= 0x7f800000u) { return QuarterTurn(0u, op_nan()); }
  if (size < 0x3f490fdbu) { return QuarterTurn(0u, x); }
  return QuarterTurn(select(number, 4u - number, negative), select(angle, -angle, negative));
}`,
  },
  // Cephes, sinf and cosf, between -π / 4 and π / 4.
  sine_of_turn: {
    calls: ['quarter_turn'],
    code: `fn sine_of_turn(number: u32, r: f32) -> f32 {
  let z = r * r;
  let sine = ${polynomialText('z', [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4])} * z * r + r;
  let p = ${polynomialText('z', [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5])};
  let cosine = p * z * z - 0.5 * z + 1.0;
  let y = select(sine, cosine, (number & 1u) == 1u);
  return select(y, -y, (number & 2u) == 2u);
}`,
  },
  op_sin: {
    calls: ['quarter_turn', 'sine_of_turn'],
    code: `fn op_sin(x: f32) -> f32 {
  let turn = quarter_turn(x);
  return sine_of_turn(turn.number, turn.rest);
}`,
  },
  op_cos: {
    calls: ['quarter_turn', 'sine_of_turn'],
    code: `fn op_cos(x: f32) -> f32 {
  let turn = quarter_turn(x);
  return sine_of_turn(turn.number + 1u, turn.rest);
}`,
  },
}
