import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePermalink, permalinkValues } from '../../app/shell/permalink.ts';
import { hashOf } from '../../app/shell/url-state.ts';
import { wellFormed } from '../../src/text/well-formed.ts';

test('a permalink reads back, whatever the model is called', () => {
  fc.assert(
    fc.property(fc.nat(), fc.option(fc.string({ unit: 'binary', minLength: 1 })), (sample, model) => {
      const hash = hashOf(Object.entries(permalinkValues({ sample, model })));
      expect(parsePermalink(new URLSearchParams(hash.slice(1)))).toEqual({
        sample,
        model: model === null ? null : wellFormed(model),
      });
    }),
  );
});

test.for(['', 'scores', 'row=', 'row=0', 'row=-1', 'row=1e3', 'sample=3'])('%s is no permalink', (hash) => {
  expect(parsePermalink(new URLSearchParams(hash))).toBeNull();
});
