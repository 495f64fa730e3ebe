import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPermalink, parsePermalink } from '../../app/shell/permalink.ts';
import { wellFormed } from '../../src/text/well-formed.ts';

test('a permalink reads back, whatever the model is called', () => {
  fc.assert(
    fc.property(fc.nat(), fc.option(fc.string({ unit: 'binary' })), (sample, model) => {
      expect(parsePermalink(formatPermalink({ sample, model }))).toEqual({
        sample,
        model: model === null ? null : wellFormed(model),
      });
    }),
  );
});

test.for(['', '#scores', '#row=', '#row=0', '#row=-1', '#row=1e3', '#sample=3'])('%s is no permalink', (hash) => {
  expect(parsePermalink(hash)).toBeNull();
});
