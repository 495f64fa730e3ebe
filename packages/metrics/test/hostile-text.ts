import fc from 'fast-check';

const PIECES = [
  ...'aAbBzZ059.,-\'"&<>;:!?()_$ \t\n\r\u001c\u0085\u00a0\u2003\u2028\u3000\ufeff',
  ...'éÉßſΣσςİıKÅ中文。ー１２\u0307\u0301\u200d\u200b',
  '𐐀', // capital letters beyond the basic plane
  '𐐨',
  '👍🏽',
  '\ud801', // lone surrogates
  '\ud83d',
  '\udc00',
  'the',
  'A',
  'an ',
  ' the ',
  'cats',
  'running',
  'nationally',
  '<skipped>',
  '-\n',
  '&quot;',
  '&amp;lt;',
  '1.5',
  '1,,2',
  '..3',
  '7-8',
];

/** Text made to break tokenisers: any UTF-16 code unit, lone surrogates, and the pieces that some rule treats apart. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) },
      { weight: 1, arbitrary: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) },
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

/** Pairs that share much: a text, and the same with pieces repeated, dropped and moved. */
export const similarPair: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(fc.array(hostileText, { maxLength: 6 }), fc.array(fc.nat(20), { maxLength: 8 }))
  .map(([parts, picks]) => [
    parts.join(' '),
    picks.map((pick) => parts[pick % Math.max(1, parts.length)] ?? '').join(' '),
  ]);

/** Short sequences over a small alphabet, so that much repeats. */
export const tokens: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 150 });
