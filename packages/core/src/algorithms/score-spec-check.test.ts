import { expect, test } from 'vitest';
import type { ScoreSpec } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { checkScoreSpecs } from './score-spec-check.ts';

const right: ScoreSpec = { kind: 'bounded', range: [0, 1], better: 'higher', summary: 'x' };

test.each<[string, Partial<Record<keyof ScoreSpec, unknown>>]>([
  ['has no kind', { kind: 'share' }],
  ['no range of two numbers', { range: { low: 0, high: 1 } }],
  ['no range of two numbers', { range: [0] }],
  ['no range of two numbers', { range: [0, Number.NaN] }],
  ['wrong order', { range: [1, 0] }],
  ['not 0 to 1', { kind: 'binary', range: [0, 100] }],
  ['what is better', { better: 'more' }],
])('a score that %s is refused by name', (wrong, part) => {
  const specs = { kept: { ...right, ...part } as ScoreSpec };
  expect(() => checkScoreSpecs('numbers', specs)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(`numbers\\.kept .*${wrong}`) }),
  );
});

test('what is no score at all is refused too; those of assay and scores without ends pass', () => {
  expect(() => checkScoreSpecs('a', { b: undefined as unknown as ScoreSpec })).toThrow('a.b has no kind');
  const real: ScoreSpec = { ...right, kind: 'real', range: [0, Number.POSITIVE_INFINITY], better: { target: 1 } };
  expect(() => checkScoreSpecs('a', { right, real })).not.toThrow();
  for (const [name, algorithm] of ALGORITHMS) {
    const options = algorithm.options.safeParse({});
    if (options.success) checkScoreSpecs(name, algorithm.scores(options.data));
  }
});
