import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostChanged } from '../../app/run/changed-most.tsx';

test('the six that moved furthest stand first, equal ones by sample, and none that stayed', () => {
  const gain = fc.constantFrom(0, 0, 0.5, -0.5, 1, -1, 0.25);
  fc.assert(
    fc.property(fc.array(gain, { maxLength: 40 }), (gains) => {
      const pairs = gains.map((each, sample) => ({ sample, before: 0, after: each, gain: each }));
      const sorted = pairs
        .filter((pair) => pair.gain !== 0)
        .toSorted((a, b) => Math.abs(b.gain) - Math.abs(a.gain) || a.sample - b.sample);
      expect(mostChanged(pairs)).toEqual(sorted.slice(0, 6));
    }),
  );
});
