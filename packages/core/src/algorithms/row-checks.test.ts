import { expect, test } from 'vitest';
import type { Algorithm, HelperAnswer, ScoreOutcome } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { jsonObjectsIn } from './json-checks.ts';

const assertions = ALGORITHMS.get('assertions') as Algorithm;

function outcome(
  output: string,
  checks: unknown,
  helpers: readonly (readonly [string, HelperAnswer])[] = [],
  extra = {},
  elapsedMs = 120,
): ScoreOutcome {
  const sample = { index: 0, digest: '0', features: { model_input: 'q' }, record: { checks } };
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs }]]);
  const options = assertions.options.parse({ checks_field: 'checks', ...extra });
  return assertions.score({ sample, answers, helpers: new Map(helpers) }, options);
}

const passes = (output: string, check: object): number => {
  const result = outcome(output, [check]);
  if (!('scores' in result)) throw new Error(result.unscored);
  return result.scores.all_assertions!;
};

// Each as promptfoo 0.123's handler decides it.
test.each<[string, object, number]>([
  ['yes', { type: 'equals', value: 'yes' }, 1],
  ['yes ', { type: 'equals', value: 'yes' }, 0],
  ['{"b":1,"a":[2]}', { type: 'equals', value: { a: [2], b: 1 } }, 1],
  ['5', { type: 'equals', value: 5 }, 1],
  ['Say Hello', { type: 'contains', value: 'hello' }, 0],
  ['Say Hello', { type: 'icontains', value: 'hello' }, 1],
  ['a b', { type: 'contains-all', value: ['a', 'c'] }, 0],
  ['a b', { type: 'contains-any', value: ['a', 'c'] }, 1],
  ['A B', { type: 'icontains-all', value: ['a', 'b'] }, 1],
  ['A B', { type: 'icontains-any', value: ['x', 'b'] }, 1],
  [' a', { type: 'starts-with', value: 'a' }, 0],
  ['abc1', { type: 'regex', value: '\\d$' }, 1],
  ['abc1', { type: 'not-regex', value: '\\d$' }, 0],
  ['{"a": 1}', { type: 'is-json' }, 1],
  ['{"a": 1}', { type: 'is-json', value: { required: ['b'] } }, 0],
  ['no json', { type: 'not-is-json', value: { required: ['b'] } }, 1],
  ['so: {"a": "}"} ok', { type: 'contains-json', value: { required: ['a'] } }, 1],
  ['so: {"a": 1} ok', { type: 'not-contains-json' }, 0],
  ['[1]', { type: 'contains-json' }, 0],
  ['kitten', { type: 'levenshtein', value: 'sitting', threshold: 3 }, 1],
  ['kitten', { type: 'levenshtein', value: 'sitting', threshold: 2 }, 0],
  ['x', { type: 'latency', threshold: 120 }, 1],
  ['x', { type: 'latency', threshold: 119 }, 0],
])('%j under %j scores %d', (output, check, wanted) => {
  expect(passes(output, check)).toBe(wanted);
});

test('an edit distance of texts that are too long together decides nothing, as far as the config allows', () => {
  const long = 'a'.repeat(600_000);
  expect(outcome(long, [{ type: 'levenshtein', value: `${long}b`, threshold: 5 }])).toEqual({ unscored: 'too_long' });
  // Lengths alone say no.
  expect(passes(long, { type: 'levenshtein', value: 'b', threshold: 5 })).toBe(0);
});

test('a latency that was not measured in this run, as of an answer from the cache, decides nothing', () => {
  for (const type of ['latency', 'not-latency'])
    expect(outcome('x', [{ type, threshold: 119 }], [], {}, 0)).toEqual({ unscored: 'no_latency' });
});

test.each<[string, object, number]>([
  // By hand: 5 of 6 words overlap on both sides, "the" twice.
  ['The cat sat on the mat', { type: 'rouge-n', value: 'the cat lay on the mat' }, 5 / 6],
  ['nothing alike', { type: 'not-rouge-n', value: 'quite other words' }, 1],
  // By hand: 3/4 single words, 1/3 pairs, 10⁻⁷ for longer ones, and as long as the reference.
  [
    'a b c d',
    { type: 'bleu', value: 'a b x d' },
    Math.exp((Math.log(3 / 4) + Math.log(1 / 3) + 2 * Math.log(1e-7)) / 4),
  ],
  ['same words here now', { type: 'bleu', value: 'Same words here now' }, 1],
  // Two orders only, and a brevity penalty of exp(1 − 4/2).
  ['a b', { type: 'bleu', value: 'a b c d' }, Math.exp(-1)],
])('%j under %j counts with %d', (output, check, wanted) => {
  const result = outcome(output, [check]);
  expect(result).toMatchObject({ scores: { assertions_passed: expect.closeTo(wanted, 10) } });
});

test('weights and a row’s threshold add up as in promptfoo', () => {
  const checks = [
    { type: 'contains', value: 'a', weight: 3 },
    { type: 'contains', value: 'z' },
  ];
  expect(outcome('a', checks)).toEqual({ scores: { all_assertions: 0, assertions_passed: 0.75 } });
  expect(outcome('a', { checks, threshold: 0.75 })).toEqual({ scores: { all_assertions: 1, assertions_passed: 0.75 } });
  expect(outcome('a', { checks, threshold: 0.8 })).toEqual({ scores: { all_assertions: 0, assertions_passed: 0.75 } });
  expect(outcome('a', [])).toEqual({ scores: { all_assertions: 1, assertions_passed: 1 } });
});

test('a judge decides a rubric; what it does not say clearly stays unscored', () => {
  const checks = [{ type: 'llm-rubric', value: 'is polite' }];
  const say = (text: string): ScoreOutcome =>
    outcome('Hello', checks, [['0', { kind: 'judge', text }]], { judge: 'm' });
  expect(say('Pass.')).toEqual({ scores: { all_assertions: 1, assertions_passed: 1 } });
  expect(say('fail')).toEqual({ scores: { all_assertions: 0, assertions_passed: 0 } });
  expect(say('pass or fail')).toEqual({ unscored: 'judge_unparseable' });
  expect(outcome('Hello', checks)).toEqual({ unscored: 'no_judge' });
});

test('checks that are none leave the row unscored', () => {
  expect(outcome('a', [{ type: 'sounds-nice' }])).toEqual({ unscored: 'checks_invalid' });
});

test('JSON objects are found from left to right, and a text made to stall does not', () => {
  expect(jsonObjectsIn('a {"x": {"y": 1}} b {bad} {"z": 2')).toEqual([{ x: { y: 1 } }]);
  expect(jsonObjectsIn('{'.repeat(200_000))).toEqual([]);
});

test('a row of which an import left a check out is unscored, unless the others alone may count', () => {
  const checks = [
    { type: 'left-out', value: 'cost' },
    { type: 'contains', value: 'a' },
    { type: 'contains', value: 'z' },
  ];
  expect(outcome('abc', checks)).toEqual({ unscored: 'assertions_left_out' });
  expect(outcome('abc', checks, [], { partial: true })).toEqual({ scores: { assertions_passed: 0.5 } });
  expect(outcome('abc', checks.slice(0, 1), [], { partial: true })).toEqual({ unscored: 'assertions_left_out' });
});

test('checks that are code run only where the algorithm says so', () => {
  const checks = [{ type: 'not-javascript', value: 'output.includes("z")' }];
  expect(outcome('abc', checks)).toEqual({ unscored: 'code_not_run' });
  expect(outcome('abc', checks, [], { code: true })).toMatchObject({ scores: { all_assertions: 1 } });
  const shortened = {
    checks: [{ type: 'equals', value: 'B', transform: 'output.toUpperCase()' }],
    transform: 'output[1]',
  };
  const sample = { index: 0, digest: '0', features: { model_input: 'q' }, record: { checks: shortened } };
  const answers = new Map([['original', { kind: 'generate' as const, text: 'abc', elapsedMs: 1 }]]);
  const options = assertions.options.parse({ checks_field: 'checks', code: true });
  expect(assertions.score({ sample, answers, helpers: new Map() }, options)).toMatchObject({
    scores: { all_assertions: 1 },
  });
});

test('why an answer ended is known of some servers only', () => {
  expect(outcome('x', [{ type: 'finish-reason', value: 'stop' }])).toEqual({ unscored: 'no_finish_reason' });
});
