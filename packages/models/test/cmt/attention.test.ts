import { compile, createParams, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { type Modulation, modulatedAttention } from '../../src/cmt/index.js';

const [n, c] = [6, 8];
const source = random(3);
const carrier = Float32Array.from({ length: n * c }, () => source.normal());
const modulator = Float32Array.from({ length: n * c }, () => source.normal());

interface Gate {
  readonly weight: number;
  readonly bias: number;
}

/** The attention with a gate whose weights are all scaled alike. */
async function attend(
  modulation: Modulation,
  gate: Gate,
  feeds: { readonly x: Float32Array; readonly y: Float32Array } = { x: carrier, y: modulator },
) {
  const params = createParams({ seed: 2 });
  const [x, y] = [input('x', [1, n, c]), input('y', [1, n, c])];
  const out = modulatedAttention(params, x, { modulator: y, heads: 2, modulation });
  const draw = random(8);
  for (const { name, slot } of params.entries()) {
    if (name === 'to_g.weight') slot.data = slot.data.map(() => gate.weight * draw.normal());
    if (name === 'to_g.bias') slot.data = slot.data.map(() => gate.bias);
    if (name === 'to_out.bias') slot.data = slot.data.map(() => 0);
  }
  const session = await createSession(compile({ out }, { weights: 'initializers' }), {
    threads: 1,
  });
  const { out: result } = await session.run(
    // Without modulation nothing looks at the modulator.
    modulation === 'none' ? { x: feeds.x } : { ...feeds },
  );
  await session.close();
  return result.data as Float32Array;
}

const added = (out: Float32Array, x = carrier) => out.map((v, i) => v - x[i]);

test('without modulation both forms are the same self-attention', async () => {
  const suppressed = await attend('dsb-sc', { weight: 0, bias: 1 });
  expect(await attend('am', { weight: 0, bias: 0 })).toBeAllclose(suppressed, { atol: 1e-6 });
  const other = { x: carrier, y: carrier };
  expect(await attend('dsb-sc', { weight: 0, bias: 1 }, other)).toBeAllclose(suppressed, {
    atol: 1e-6,
  });
});

test('a gain of zero leaves the carrier, a doubled one doubles what is added', async () => {
  expect(added(await attend('dsb-sc', { weight: 0, bias: 0 }))).toBeAllclose(
    new Float32Array(n * c),
    { atol: 1e-6 },
  );
  const once = added(await attend('dsb-sc', { weight: 0.3, bias: 0.5 }));
  const twice = added(await attend('dsb-sc', { weight: 0.6, bias: 1 }));
  expect(twice).toBeAllclose(
    once.map((v) => 2 * v),
    { atol: 1e-5 },
  );
});

test('tokens of both streams in another order give the output in that order', async () => {
  const order = [3, 0, 5, 1, 4, 2];
  const turned = (data: Float32Array) =>
    Float32Array.from(order.flatMap((t) => [...data.subarray(t * c, (t + 1) * c)]));
  const gate = { weight: 0.4, bias: 0.2 };
  const out = await attend('am', gate);
  const other = await attend('am', gate, { x: turned(carrier), y: turned(modulator) });
  expect(other).toBeAllclose(turned(out), { atol: 1e-5 });
});

test('in the amplitude form what is added is affine in the gain, and no modulation is its start', async () => {
  const at = (scale: number) => attend('am', { weight: 0.3 * scale, bias: 0.5 * scale });
  const [none, once, twice] = [added(await at(0)), added(await at(1)), added(await at(2))];
  expect(twice).toBeAllclose(
    none.map((v, i) => 2 * once[i] - v),
    { atol: 1e-5 },
  );
  expect(await attend('none', { weight: 1, bias: 1 })).toBeAllclose(await at(0), { atol: 1e-6 });
});
