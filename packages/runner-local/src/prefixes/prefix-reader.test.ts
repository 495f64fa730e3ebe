import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GREEDY } from '../../test/tiny-models.ts';
import { ToyModel, toyLogits, toyLogProbability } from '../../test/toy-model.ts';
import { GenerationEngine } from '../generation/generation-engine.ts';
import { CacheBudget } from '../layouts/cache-budget.ts';
import { ScoringEngine } from '../log-probability/scoring-engine.ts';
import type { GenerateJob, JobResult, PrefixUse, ReadJob, ScoreJob } from '../worker/messages.ts';
import { HeldPrefixes } from './held-prefixes.ts';
import { PrefixReader } from './prefix-reader.ts';

const LIMITS = { slots: 4, prefillTokens: 64, cacheBytes: 1e6 };

function open() {
  const model = new ToyModel();
  const budget = new CacheBudget(LIMITS.cacheBytes);
  const prefixes = new HeldPrefixes();
  return {
    model,
    prefixes,
    reader: new PrefixReader(model, budget, prefixes),
    generation: new GenerationEngine(model, LIMITS, budget, undefined, prefixes),
    scoring: new ScoringEngine(model, LIMITS, budget, prefixes),
  };
}

const read = (id: number, tokens: readonly number[], prefix?: PrefixUse): ReadJob => ({
  ...{ kind: 'read', id, tokens: Int32Array.from(tokens) },
  ...(prefix === undefined ? {} : { prefix }),
});

async function drain(engine: { readonly busy: boolean; pass(): Promise<{ readonly results: readonly JobResult[] }> }) {
  const results: JobResult[] = [];
  while (engine.busy) results.push(...(await engine.pass()).results);
  return results.sort((a, b) => a.id - b.id);
}

/** The slow twin: what the toy says next, over and over. */
function continued(prompt: readonly number[], count: number): number[] {
  const tokens = [...prompt];
  for (let i = 0; i < count; i++) {
    const logits = toyLogits(tokens);
    tokens.push(logits.indexOf(Math.max(...logits)));
  }
  return tokens.slice(prompt.length);
}

const token = fc.integer({ min: 4, max: 9 });
const some = (maxLength: number) => fc.array(token, { minLength: 1, maxLength });

describe('a beginning that is held', () => {
  it('is read once, however many sequences begin with it', async () => {
    const { model, reader, generation } = open();
    const head = new Array<number>(600).fill(7);
    reader.add(read(99, head));
    expect(await drain(reader)).toMatchObject([{ id: 99, kind: 'read' }]);
    for (let id = 0; id < 8; id++) generation.add(generate(id, [...head, 4 + id], 1, { id: 99, length: 600 }));
    await drain(generation);
    expect(model.tokensComputed).toBe(600 + 8);
    expect(reader.heldBytes + generation.heldBytes).toBe(0);
  });

  it('gives every sequence what it gets alone, as a whole, in part, and behind another', async () => {
    const kase = fc.record({ part: fc.nat(), inner: fc.boolean(), tail: some(12) });
    await fc.assert(
      fc.asyncProperty(
        some(300),
        some(40),
        fc.array(kase, { minLength: 1, maxLength: 12 }),
        async (head, more, kases) => {
          const { reader, prefixes, generation, scoring, model } = open();
          reader.add(read(100, head));
          reader.add(read(101, [...head, ...more], { id: 100, length: head.length }));
          await drain(reader);
          expect(model.tokensComputed).toBe(head.length + more.length);
          const texts = kases.map(({ part, inner, tail }) => {
            const whole = inner ? [...head, ...more] : head;
            const length = inner ? head.length + 1 + (part % more.length) : 1 + (part % head.length);
            return { prompt: [...whole.slice(0, length), ...tail], prefix: { id: inner ? 101 : 100, length } };
          });
          texts.forEach(({ prompt, prefix }, id) => {
            generation.add(generate(id, prompt, 4, prefix));
          });
          const answers = await drain(generation);
          expect(answers.map((each) => each.kind === 'generate' && [...each.tokens])).toEqual(
            texts.map(({ prompt }) => continued(prompt, 4)),
          );
          scoring.add(
            texts.map(({ prompt, prefix }, id): ScoreJob => {
              const tokens = Int32Array.from([...prompt, 5, 6]);
              return { kind: 'score', id, tokens, from: prefix.length + 1, prefix };
            }),
          );
          for (const result of await drain(scoring)) {
            if (result.kind !== 'score') throw new Error('failed');
            const { prompt, prefix } = texts[result.id]!;
            const all = [...prompt, 5, 6];
            result.logProbabilities.forEach((value, at) => {
              const place = prefix.length + 1 + at;
              expect(value).toBeCloseTo(toyLogProbability(all.slice(0, place), all[place]!), 5);
            });
          }
          prefixes.forget([100, 101]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function generate(id: number, tokens: readonly number[], maxNewTokens: number, prefix: PrefixUse): GenerateJob {
  return {
    ...{ kind: 'generate', id, tokens: Int32Array.from(tokens), maxNewTokens, eosIds: [], sampling: GREEDY },
    ...{ seed: id, streams: false, prefix },
  };
}
