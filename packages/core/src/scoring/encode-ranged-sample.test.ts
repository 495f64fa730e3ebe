import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RangedSample } from '../journal/journal-record.ts';
import { SAMPLE_STATES } from '../samples/sample-state.ts';
import { encodeRangedSample } from './encode-ranged-sample.ts';

const text = fc.string({ unit: 'binary' });
const score = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 1e21, 1e-7));
const outcome = fc.oneof(
  fc.record({ unscored: text }),
  fc.record({ scores: fc.dictionary(text, score) }),
  fc.record({ scores: fc.dictionary(text, score), statistics: fc.dictionary(text, fc.jsonValue()) }),
);
const sample: fc.Arbitrary<RangedSample> = fc
  .record(
    {
      sample: fc.nat(),
      digest: fc.stringMatching(/^[0-9a-f]{16}$/),
      state: fc.constantFrom(...SAMPLE_STATES),
      outcomes: fc.dictionary(text, outcome),
      category: text,
      cluster: text,
      input: text,
      target: text,
      features: fc.record({ context: text, sent_more_input: text }, { requiredKeys: [] }),
      outputs: fc.dictionary(text, text),
    },
    { requiredKeys: ['sample', 'digest', 'state', 'outcomes'] },
  )
  .map((record) => record as RangedSample);

test('a line reads back as the record that JSON.stringify writes', () => {
  fc.assert(
    fc.property(sample, (record) => {
      const line = encodeRangedSample(record);
      expect(line.endsWith('}\n')).toBe(true);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(record)));
    }),
    { numRuns: 500 },
  );
});
