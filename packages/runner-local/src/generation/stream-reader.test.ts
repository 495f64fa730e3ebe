import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stopIndex } from './stop-matcher.ts';
import { StreamReader } from './stream-reader.ts';
import type { TextCodec } from './text-codec.ts';
import { TextStream } from './text-stream.ts';

/** Tokens are bytes of UTF-8, as in byte-level vocabularies. */
const decode = (tokens: ArrayLike<number>) => Buffer.from(Array.from(tokens)).toString('utf8');
const codec = { decode } as TextCodec;
const NO_TOP = { topIds: new Int32Array(0), topLogProbabilities: new Float32Array(0) };

function told(text: string, stop: string[]): string[] {
  const pieces: string[] = [];
  const reader = new StreamReader(codec, 'p', { stop, onText: (piece) => pieces.push(piece.text) });
  for (const token of Buffer.from(text)) {
    if (reader.take({ id: 0, token, logProbability: 0, ...NO_TOP })) break;
  }
  const end = stopIndex(text, stop);
  reader.finish(end < 0 ? text : text.slice(0, end), reader.tokens.length);
  return pieces;
}

it('pieces joined are the whole text, and none ends inside a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!text.includes('\ufffd'));
      const stream = new TextStream(decode);
      expect([...Buffer.from(text)].map((token) => stream.push(token)).join('')).toBe(text);
      const pieces = told(text, []);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) expect(Buffer.from(piece).toString()).toBe(piece);
    }),
  );
});

it('a stop string is never told, nor its beginning', () => {
  expect(told('one END two', ['END']).join('')).toBe('one ');
  expect(told('one ENTER', ['END']).join('')).toBe('one ENTER');
  expect(told('abab!', ['abc', 'b!']).join('')).toBe('aba');
});
