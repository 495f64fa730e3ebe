import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scriptSafeJson } from './json-block.ts';

test('nothing in a block can end its element', () => {
  expect(scriptSafeJson(['</script><!--', 'a\u2028b'])).toBe('["\\u003c/script>\\u003c!--","a\\u2028b"]');
});

test('every value reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = scriptSafeJson([value, text]);
      expect(json).not.toContain('<');
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text])));
    }),
  );
});
