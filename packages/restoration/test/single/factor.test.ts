import { expect, test } from 'vitest';
import { shrinkValue } from '../../src/shrink/shrink-values.js';
import { makeCut } from '../../src/single/cut.js';
import { shrinkFast } from '../../src/single/factor.js';

const RULES = [
  { kind: 'nuclear', constant: 3.7 } as const,
  ...[1, 0.999, 0.95, 0.8].map((power) => {
    return { kind: 'schatten', power, constant: 5.7, steps: 4, reweightings: 4 } as const;
  }),
];

test.each(RULES)('shrunk values of $kind, p $power', (rule) => {
  for (const level of [0.3, 9, 42]) {
    for (let s = level; s < 4000 * level; s *= 1.07) {
      const noise = { patches: 90, level };
      const expected = shrinkValue(s, noise, rule);
      expect(Math.abs(shrinkFast(s, noise, rule) - expected)).toBeLessThan(2e-6 * s);
    }
  }
});

test.each(RULES)(
  'nothing is left below the cut, something just above it: $kind, p $power',
  (rule) => {
    const cut = makeCut(rule);
    for (const level of [0.01, 0.7, 8, 30, 127.5]) {
      const noise = { patches: 55, level };
      const bound = cut(noise);
      expect(bound).toBeGreaterThan(0);
      for (const share of [0.3, 0.9, 1]) expect(shrinkValue(share * bound, noise, rule)).toBe(0);
      expect(shrinkValue(1.06 * bound, noise, rule)).toBeGreaterThan(0);
    }
    expect(cut({ patches: 55, level: 0 })).toBe(0);
  },
);
