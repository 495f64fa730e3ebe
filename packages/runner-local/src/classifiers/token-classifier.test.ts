import type { Classification, Runner, TextSpan } from '@assay/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encoderFixture } from '../../test/encoder-fixture.ts';
import { Vocabulary } from '../generation/vocabulary.ts';
import { openLocalModel } from '../open-local-model.ts';
import { tokenOffsets } from './token-offsets.ts';

// The first starts a thread, beside other tests.
vi.setConfig({ testTimeout: 180_000 });

interface Reference {
  readonly answers: readonly {
    readonly text: string;
    readonly spans: readonly {
      readonly label: string;
      readonly text: string;
      readonly at: number;
      readonly score: number;
    }[];
  }[];
  readonly long: string;
}

async function open(name: string): Promise<{ readonly runner: Runner; readonly reference: Reference }> {
  const { folder, reference } = encoderFixture<Reference>(name);
  const runner = await openLocalModel(folder);
  onTestFinished(() => runner.close!());
  return { runner, reference };
}

async function classified(
  runner: Runner,
  texts: readonly (string | readonly [string, string])[],
): Promise<Extract<Classification, { ok: true }>[]> {
  const found: Extract<Classification, { ok: true }>[] = [];
  const inputs = texts.map((text, id) =>
    typeof text === 'string' ? { id: `${id}`, text } : { id: `${id}`, text: text[0], pair: text[1] },
  );
  for await (const answer of runner.classify!(inputs, {})) {
    if (!answer.ok) throw new Error(answer.error.message);
    found[Number(answer.id)] = answer;
  }
  return found;
}

/** Without white space and joiners around it, of which tokenizers have opinions. */
function trimmed({ label, start, end, score }: TextSpan, text: string) {
  const own = text.slice(start, end);
  const from = /^[\s\p{Cf}]*/u.exec(own)![0].length;
  return { label, text: own.slice(from).replace(/[\s\p{Cf}]+$/u, ''), at: start + from, score };
}

function asTrimmed(spans: readonly TextSpan[], text: string) {
  return spans.map((span) => trimmed(span, text)).filter((span) => span.text !== '');
}

describe.each(['bert-tokens', 'modernbert-tokens', 'xlm-roberta-tokens'])('a classifier of tokens: %s', (name) => {
  it('gives the spans of transformers’ pipeline, where they stand in the text', async () => {
    const { runner, reference } = await open(name);
    const texts = reference.answers.map(({ text }) => text);
    for (const order of [texts, texts.toReversed(), texts.slice(0, 1)]) {
      const found = await classified(runner, order);
      found.forEach(({ spans }, at) => {
        const expected = reference.answers
          .find(({ text }) => text === order[at])!
          .spans.map(({ label, text, at: start, score }) => ({ label, start, end: start + text.length, score }));
        const near = asTrimmed(expected, order[at]!).map((span) => ({ ...span, score: expect.closeTo(span.score, 3) }));
        expect(asTrimmed(spans!, order[at]!)).toEqual(near);
      });
    }
  });

  it('gives each label its best span’s score, and reads a long text whole', async () => {
    const { runner, reference } = await open(name);
    const [found] = await classified(runner, [reference.long]);
    const scores = found!.spans!.map(({ score }) => score);
    expect(Math.max(...Object.values(found!.labels))).toBe(Math.max(...scores));
    expect(Object.keys(found!.labels)).toEqual(['PER', 'LOC', 'MISC']);
    expect(found!.spans!.at(-1)!.end).toBeGreaterThan(reference.long.length - 20);
    const starts = found!.spans!.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });
});

describe('a pair of texts', () => {
  it('has its spans in the second, whatever becomes of the first', async () => {
    const { runner } = await open('modernbert-tokens');
    const second = 'London, in 1843!';
    const [short, long] = await classified(runner, [
      ['Where?', second],
      ['Where and when? '.repeat(40), second],
    ]);
    for (const { spans } of [short!, long!]) {
      expect(spans!.length).toBeGreaterThan(0);
      for (const { start, end } of spans!) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(second.length);
        expect(end).toBeGreaterThan(start);
      }
    }
  });
});

describe('offsets of tokens', () => {
  const vocabulary = new Vocabulary({
    model: { vocab: { '[UNK]': 0, hello: 1, '##s': 2, wor: 3, '##ld': 4, '!': 5, strasse: 6 } },
    decoder: { type: 'WordPiece' },
  });

  it('leave case, accents and white space alone, and find what follows an unknown word', () => {
    const text = ' HÉLLOs  ☃☃! wörld';
    const offsets = tokenOffsets(text, [1, 2, 0, 5, 3, 4], vocabulary, 0);
    expect(offsets.map((offset) => offset && text.slice(...offset))).toEqual(['HÉLLO', 's', '☃☃', '!', 'wör', 'ld']);
  });

  it('are null for a token that the text does not have', () => {
    expect(tokenOffsets('hello world', [1, 6, 3, 4], vocabulary, 0)).toEqual([[0, 5], null, [6, 9], [9, 11]]);
    expect(tokenOffsets('', [1], vocabulary, 0)).toEqual([null]);
  });

  it('stand in order within the text, whatever tokens there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.integer({ min: 0, max: 7 })), (text, ids) => {
        let last = 0;
        for (const offset of tokenOffsets(text, ids, vocabulary, 0)) {
          if (offset === null) continue;
          expect(offset[0]).toBeGreaterThanOrEqual(last);
          expect(offset[1]).toBeLessThanOrEqual(text.length);
          last = offset[0];
        }
      }),
    );
  });
});
