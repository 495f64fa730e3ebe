import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { similarPair } from '../../test/hostile-text.ts';
import { bleu } from './bleu.ts';
import { chrf } from './chrf.ts';
import { qaScores } from './qa-scores.ts';
import { rouge } from './rouge.ts';
import { ter } from './ter.ts';
import type { TextMetric } from './text-metric.ts';

const TYPES = ['rouge1', 'rouge2', 'rouge9', 'rougeL', 'rougeLsum'] as const;

/** Every metric here, with all its numbers that lie in [0, top]. */
const METRICS: readonly { metric: TextMetric<unknown>; top: number; numbers: (score: never) => number[] }[] = [
  {
    metric: rouge({ types: TYPES }),
    top: 1,
    numbers: (score: Record<string, object>) => Object.values(score).flatMap((part) => Object.values(part)),
  },
  {
    metric: bleu(),
    top: 100,
    numbers: ({ score, precisions }: { score: number; precisions: number[] }) => [score, ...precisions],
  },
  { metric: chrf({ wordOrder: 2 }), top: 100, numbers: (score: number) => [score] },
  { metric: ter(), top: Number.POSITIVE_INFINITY, numbers: ({ score }: { score: number }) => [score] },
  { metric: qaScores(), top: 1, numbers: (score: object) => Object.values(score) },
];

const pairs = fc.array(similarPair, { minLength: 1, maxLength: 5 });

describe.each(METRICS)('$metric.name', ({ metric, top, numbers }) => {
  const of = (hypothesis: string, ...references: string[]) => metric.statistics(hypothesis, references);
  const scores = (statistics: Float64Array) => numbers(metric.score(statistics) as never);

  test('stays in its range', () => {
    fc.assert(
      fc.property(similarPair, ([a, b]) => {
        for (const value of scores(of(a, b))) expect(value >= 0 && value <= top + 1e-9).toBe(true);
      }),
    );
  });

  test('the merged statistics of parts are those of the whole, in any order', () => {
    fc.assert(
      fc.property(pairs, fc.nat(4), (list, cut) => {
        const whole = new Float64Array(metric.size);
        for (const [a, b] of list) metric.add(whole, a, [b]);
        const parts = [list.slice(cut), list.slice(0, cut)].map((part) => {
          const sum = new Float64Array(metric.size);
          for (const [a, b] of [...part].reverse()) metric.add(sum, a, [b]);
          return sum;
        });
        const merged = metric.merge(parts[0]!, parts[1]!);
        for (const [i, value] of whole.entries()) expect(merged[i]).toBeCloseTo(value, 9);
      }),
    );
  });

  test('what came before does not change a score', () => {
    const fresh = (hypothesis: string, reference: string) => scores(of(hypothesis, reference));
    const first = fresh('a cat sat on the mat', 'the cat sat');
    fc.assert(
      fc.property(similarPair, ([a, b]) => void of(a, b)),
      { numRuns: 20 },
    );
    expect(fresh('a cat sat on the mat', 'the cat sat')).toEqual(first);
  });

  test('a repeated reference changes nothing', () => {
    fc.assert(
      fc.property(similarPair, ([a, b]) => {
        const once = of(a, b);
        of(a, b, b).forEach((value, i) => void expect(value).toBeCloseTo(once[i]!, 9));
      }),
    );
  });

  test('an empty side does not fail', () => {
    for (const [a, b] of [
      ['', ''],
      ['', 'word'],
      ['word', ''],
    ] as const) {
      expect(scores(of(a, b)).every(Number.isFinite)).toBe(true);
    }
  });

  test('no reference is an error with a code', () => {
    expect(() => of('text')).toThrow(expect.objectContaining({ code: expect.stringMatching(/^METRIC_/) }));
  });

  test('statistics of another length are not merged', () => {
    expect(() => metric.merge(new Float64Array(metric.size), new Float64Array(1))).toThrow(
      expect.objectContaining({ code: 'METRIC_STATISTICS_MISMATCH' }),
    );
  });
});

test('equal texts score the best, and texts without a common word the worst', () => {
  const text = 'the quick brown fox jumps over it';
  const other = 'zwölf Boxkämpfer jagen';
  const score = <Score>(metric: TextMetric<Score>, a: string, b: string) => metric.score(metric.statistics(a, [b]));
  expect(score(bleu(), text, text).score).toBeCloseTo(100, 9);
  expect(score(bleu(), text, other).score).toBe(0);
  expect(score(chrf(), text, text)).toBe(100);
  expect(score(ter(), text, text).score).toBe(0);
  expect(score(ter(), other, text).score).toBe(100);
  expect(score(rouge({ types: ['rougeL'] }), text, text)?.rougeL?.fmeasure).toBe(1);
  expect(score(qaScores(), text, text)).toEqual({
    f1_score: 1,
    exact_match_score: 1,
    quasi_exact_match_score: 1,
    precision_over_words: 1,
    recall_over_words: 1,
  });
});

test('a mean over no pairs is null', () => {
  expect(rouge().score(new Float64Array(rouge().size))).toBeNull();
  expect(qaScores().score(new Float64Array(6))).toBeNull();
});

test('with several references ROUGE takes the best by F-measure, or the mean', () => {
  const references = ['the cat', 'a dog sat here'];
  const fmeasure = (options: Parameters<typeof rouge>[0]) => {
    const metric = rouge({ types: ['rouge1'], stemmer: false, ...options });
    return metric.score(metric.statistics('a dog', references))?.rouge1?.fmeasure;
  };
  expect(fmeasure({})).toBeCloseTo(2 / 3, 12);
  expect(fmeasure({ references: 'mean' })).toBeCloseTo(1 / 3, 12);
});

test('signatures are written as sacreBLEU writes them', () => {
  expect(bleu().signature()).toBe('nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:assay-1');
  expect(bleu({ lowercase: true, smoothing: 'floor', tokeniser: 'intl' }).signature('var')).toBe(
    'nrefs:var|case:lc|eff:no|tok:intl|smooth:floor[0.10]|version:assay-1',
  );
  expect(chrf({ wordOrder: 2 }).signature(2)).toBe('nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:assay-1');
  expect(ter().signature()).toBe('nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:assay-1');
  expect(rouge().signature()).toBe('nrefs:1|multi:best|types:rouge1+rouge2+rougeL|tok:rouge+porter|version:assay-1');
  expect(qaScores().signature(3)).toBe('nrefs:3|multi:best|norm:quac|words:set|version:assay-1');
});

test('options that mean nothing are refused with a code', () => {
  const invalid = expect.objectContaining({ code: 'METRIC_OPTION_INVALID' });
  expect(() => rouge({ types: ['rouge0' as never] })).toThrow(invalid);
  expect(() => rouge({ types: [] })).toThrow(invalid);
  expect(() => bleu({ smoothing: 'laplace' as never })).toThrow(invalid);
  expect(() => bleu({ tokeniser: '14a' as never })).toThrow(invalid);
  expect(() => bleu({ maxOrder: 0 })).toThrow(invalid);
  expect(() => chrf({ charOrder: -1 })).toThrow(invalid);
});

test('ROUGE-Lsum of one line each is what the search sentence by sentence finds', () => {
  const { statistics } = rouge({ types: ['rougeLsum'] });
  fc.assert(
    fc.property(similarPair, ([a, b]) => {
      const [hypothesis, reference] = [a, b].map((text) => text.replaceAll('\n', ' ')) as [string, string];
      // An empty sentence adds nothing, and takes the long way.
      expect([...statistics(hypothesis, [reference])]).toEqual([...statistics(`${hypothesis}\n`, [reference])]);
    }),
  );
});
