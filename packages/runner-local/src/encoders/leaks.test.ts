import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encoderFixture } from '../../test/encoder-fixture.ts';
import { heldMemory } from '../../test/held-memory.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyClassifier } from '../../test/tiny-transformer.ts';
import { loadClassifierModel } from '../classifiers/classifier-model.ts';
import type { ModelText, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import { loadEncoderModel } from './encoder-model.ts';

const TEXTS = 1000;
/** Bytes that 500 texts may leave: 4 KiB for each, less than the numbers of one of them. */
const MOST_HELD = 2 * 2 ** 20;
/** The same of the process, whose allocators keep some room. */
const MOST_GROWTH = 64 * 2 ** 20;

const MODELS = fileURLToPath(new URL('../../../../models', import.meta.url));
const WORDS = ['good', 'film', 'Ada', 'wrote', 'to', 'London', 'in', '1843', 'über', '東京', '🙂', 'bad'];

interface Kind {
  readonly folder: () => string;
  readonly load: (settings: ModelThreadSettings) => Promise<TextModel>;
  readonly task: TextTask;
  readonly pairs?: true;
  /** Words of the longest text. @default 40 */
  readonly longest?: number;
}

function fixture(name: string): () => string {
  return () => encoderFixture(name).folder;
}

function tinyClassifier(): string {
  const folder = temporaryFolder();
  writeTinyClassifier(folder, ['contradiction', 'neutral', 'entailment']);
  return folder;
}

/** Its vectors are wide: what a text of nine tokens brings is three times what may be left of it. */
const WIDE = { folder: () => join(MODELS, 'all-MiniLM-L6-v2'), load: loadEncoderModel, longest: 12 };

const KINDS: Readonly<Record<string, Kind>> = {
  'an encoder (all-MiniLM-L6-v2)': {
    ...WIDE,
    task: { kind: 'vector', whole: true },
  },
  'an encoder’s token vectors': {
    ...WIDE,
    task: { kind: 'tokens' },
  },
  'a decoder that makes vectors': {
    ...{ folder: fixture('qwen3-embedding'), load: loadEncoderModel },
    task: { kind: 'vector', prompt: 'query' },
  },
  'a bidirectional decoder with dense heads': {
    ...{ folder: fixture('gemma-embedding'), load: loadEncoderModel },
    task: { kind: 'vector', prompt: 'document' },
  },
  'a word classifier': {
    ...{ folder: () => join(MODELS, 'tox-block-bilstm'), load: loadClassifierModel },
    task: { kind: 'labels', whole: true },
  },
  'a classifier of pairs': { folder: tinyClassifier, load: loadClassifierModel, task: { kind: 'labels' }, pairs: true },
  'a zero-shot classifier': {
    ...{ folder: tinyClassifier, load: loadClassifierModel },
    task: { kind: 'entailment', hypotheses: ['good', 'bad film'], multiLabel: false },
  },
  'a classifier of tokens': {
    ...{ folder: fixture('modernbert-tokens'), load: loadClassifierModel },
    task: { kind: 'labels', whole: true },
  },
};

function textOf(at: number, longest: number): string {
  return Array.from({ length: 1 + (at % longest) }, (_, i) => WORDS[(at * 5 + i * 7) % WORDS.length]).join(' ');
}

describe('a thousand texts leave nothing behind', () => {
  for (const [name, { folder, load, task, pairs, longest = 40 }] of Object.entries(KINDS)) {
    it(`in ${name}`, async () => {
      const model = await load({
        kind: load === loadEncoderModel ? 'encoder' : 'classifier',
        folder: folder(),
        session: {},
      });
      onTestFinished(() => model.close());
      let [answered, rss, bytes] = [0, 0, 0];
      for (let round = 0; round < 10; round++) {
        const texts = Array.from({ length: TEXTS / 10 }, (_, at): ModelText => {
          const text = textOf(at + round, longest);
          return pairs === true ? [WORDS[at % 4]!, WORDS[round % 5]!] : text;
        });
        for await (const { rows, failures } of model.evaluate(texts, task)) {
          expect(failures).toEqual([]);
          answered += rows.length;
        }
        // The first half warms the runtime's own pools up.
        if (round === 4) [rss, bytes] = [process.memoryUsage().rss, await heldMemory()];
      }
      expect(answered).toBe(TEXTS);
      expect((await heldMemory()) - bytes).toBeLessThan(MOST_HELD);
      expect(process.memoryUsage().rss - rss).toBeLessThan(MOST_GROWTH);
    }, 300_000);
  }
});
