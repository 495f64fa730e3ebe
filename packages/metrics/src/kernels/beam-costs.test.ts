import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenBufferOf } from '../../test/token-buffer-of.ts';
import type { BeamCosts } from './beam-costs.ts';
import { BeamMatrix } from './beam-matrix.ts';
import { beamEdits } from './translation-edits.slow.ts';
import { wasmBeamCosts } from './wasm-beam-costs.ts';

const DISTINCT = 9;
const cells = new BeamMatrix();

/** Words of the reference are 1…9, those of the hypothesis may be 0: in no reference. */
const pairOf = (longest: number, longestReference: number) =>
  fc.record({
    hypothesis: fc.array(fc.nat(DISTINCT), { minLength: 1, maxLength: longest }),
    reference: fc.array(fc.integer({ min: 1, max: DISTINCT }), { minLength: 1, maxLength: longestReference }),
    changes: fc.array(fc.record({ at: fc.nat(), words: fc.array(fc.nat(DISTINCT), { minLength: 1, maxLength: 40 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  });

/** All that one side of the comparison says of the filled pair. */
function describe(costs: BeamCosts, n: number, m: number) {
  costs.trace();
  return {
    minima: Array.from({ length: n }, (_, i) => [costs.forwardMinimum(i), costs.backwardMinimum(i + 1)]),
    align: [...costs.align.subarray(0, m)],
    hypothesisErrors: [...costs.hypothesisErrors.subarray(0, n + 1)],
    referenceErrors: [...costs.referenceErrors.subarray(0, m + 1)],
  };
}

function bitCosts(n: number, m: number): BeamCosts {
  const costs = wasmBeamCosts(n, m, DISTINCT);
  expect(costs, 'WebAssembly is needed here').not.toBeNull();
  return costs!;
}

const shapes = [
  ['short', 20, 20],
  ['as wide as the beam', 70, 70],
  ['wider', 160, 160],
  ['longer references', 20, 240],
  ['longer hypotheses', 240, 20],
] as const;

test.each(shapes)('costs by bits equal costs by cells: %s', (_, longest, longestReference) => {
  fc.assert(
    fc.property(pairOf(longest, longestReference), ({ hypothesis, reference, changes }) => {
      const n = hypothesis.length;
      const m = reference.length;
      fc.pre(m <= 40 * n);
      const bits = bitCosts(n, m);
      const words = tokenBufferOf(hypothesis);
      const distance = cells.begin(words, tokenBufferOf(reference));
      expect(bits.begin(words, tokenBufferOf(reference), DISTINCT)).toBe(distance);
      expect(distance).toBe(beamEdits(hypothesis, reference).distance);
      expect(describe(bits, n, m)).toEqual(describe(cells, n, m));
      for (const { at, words: others } of changes) {
        const low = at % n;
        const high = Math.min(n, low + others.length);
        for (const side of [bits, cells]) side.changed.set(others);
        const changed = cells.distanceWith(low, high);
        expect(bits.distanceWith(low, high)).toBe(changed);
        for (const side of [bits, cells]) side.words.set(others.slice(0, high - low), low);
        expect(cells.fill(low, high)).toBe(changed);
        expect(bits.fill(low, high)).toBe(changed);
        expect(describe(bits, n, m)).toEqual(describe(cells, n, m));
      }
      bits.end();
    }),
    { numRuns: 150 },
  );
});

test('a pair that is too lopsided, or whose match tables are too large, is left to the cells', () => {
  expect(wasmBeamCosts(1, 41, 3)).toBeNull();
  expect(wasmBeamCosts(0, 1, 1)).toBeNull();
  expect(wasmBeamCosts(60_000, 60_000, 30_000)).toBeNull();
  expect(wasmBeamCosts(1, 40, 3)).not.toBeNull();
});

test('memory that has grown keeps no matches of earlier pairs', () => {
  const long = Array.from({ length: 2_000 }, (_, i) => 1 + ((i * i) % DISTINCT));
  for (const reference of [[1, 2, 3], long, [3, 1, 2, 4]]) {
    const hypothesis = reference.toReversed();
    const bits = bitCosts(hypothesis.length, reference.length);
    const expected = beamEdits(hypothesis, reference).distance;
    expect(bits.begin(tokenBufferOf(hypothesis), tokenBufferOf(reference), DISTINCT)).toBe(expected);
    bits.end();
  }
});
