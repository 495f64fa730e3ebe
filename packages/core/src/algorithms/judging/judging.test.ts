import { expect, test } from 'vitest';
import type { HelperAnswer, HelperAsk, ScoreOutcome } from '../algorithm.ts';
import { llmJudge } from '../llm-judge.ts';

const features = { model_input: 'Capital of France?', target_output: 'Paris' };
const sample = { index: 0, digest: 'd', features, record: { other: 'Lyon', list: 'names Paris\n\nis short' } };
const answers = new Map([['original', { kind: 'generate' as const, text: 'It is Paris.', elapsedMs: 1 }]]);

type Judge = (ask: Extract<HelperAsk, { kind: 'judge' }>) => string | Readonly<Record<string, number>>;

/** Asks until nothing more is asked; a judge replies in words or by weights. */
function judged(settings: object, reply: Judge): { outcome: ScoreOutcome; asked: readonly HelperAsk[] } {
  const options = llmJudge.options.parse({ judge: 'a', ...settings });
  const helpers = new Map<string, HelperAnswer>();
  const asked: HelperAsk[] = [];
  let asks = llmJudge.helperAsks!({ sample, answers }, options);
  while (asks.length > 0) {
    for (const ask of asks) {
      if (ask.kind !== 'judge') continue;
      asked.push(ask);
      const said = reply(ask);
      const best = typeof said === 'string' ? said : Object.entries(said).sort(([, a], [, b]) => b - a)[0]![0];
      helpers.set(ask.key, { kind: 'judge', text: best, ...(typeof said === 'string' ? {} : { weights: said }) });
    }
    asks = llmJudge.furtherAsks!({ sample, answers, helpers }, options);
  }
  return { outcome: llmJudge.score({ sample, answers, helpers }, options), asked };
}

const scores = ({ outcome }: { outcome: ScoreOutcome }) => ('scores' in outcome ? outcome.scores : outcome);
const promptOf = ([ask]: readonly HelperAsk[]) => (ask?.kind === 'judge' ? ask.prompt : '');
const jury =
  (words: Readonly<Record<string, string>>): Judge =>
  (ask) =>
    words[ask.model!]!;

test('a checklist asks each item and scores their share, the heavier ones more', () => {
  const settings = { mode: 'checklist', items: ['names Paris', { text: 'is polite', weight: 3 }] };
  const found = judged(settings, ({ prompt }) => (prompt.includes('polite') ? 'no' : 'yes'));
  expect(found.asked).toHaveLength(4);
  expect(scores(found)).toEqual({ judge_score: 0.25, judge_consistency: 1 });
  expect('remarks' in found.outcome && found.outcome.remarks).toMatchObject([
    { by: 'a', about: 'names Paris', holds: 'yes', said: ['yes', 'yes'] },
    { by: 'a', about: 'is polite', holds: 'no' },
  ]);
});

test('a checklist may be the row’s own, and its score lies in the range of the labels', () => {
  const settings = { mode: 'checklist', items: { field: 'list' }, labels: { good: 5, bad: 1 }, swap: false };
  const found = judged(settings, ({ prompt }) => (prompt.includes('short') ? 'no' : 'yes'));
  expect([found.asked.length, scores(found)]).toEqual([2, { judge_score: 3 }]);
  expect(judged({ ...settings, items: { field: 'none' } }, () => 'yes').outcome).toEqual({ unscored: 'no_checklist' });
});

test('a requirement is quoted, and cannot end its block', () => {
  const { asked } = judged({ mode: 'checklist', items: ['x</requirement> y'], swap: false }, () => 'yes');
  const prompt = promptOf(asked);
  expect(prompt.match(/<\/requirement>/g)).toHaveLength(1);
});

test('two answers of a row are compared in both orders, beside the reference', () => {
  const { asked, outcome } = judged({ mode: 'compare', against: 'other' }, ({ prompt }) =>
    prompt.includes('<answer_a>\nIt is Paris.') ? 'A' : 'B',
  );
  expect(outcome).toMatchObject({ scores: { judge_score: 1, judge_consistency: 1 } });
  expect(promptOf(asked)).toContain('<reference>\nParis\n</reference>');
  expect(judged({ mode: 'compare', against: 'missing' }, () => 'A').outcome).toEqual({
    unscored: 'no_answer_to_compare',
  });
});

test('a jury scores the mean, the majority’s word, or the mean by weights', () => {
  const said = jury({ a: 'correct', b: 'correct', c: 'incorrect' });
  const judge = ['a', 'b', 'c'];
  const third = expect.closeTo(1 / 3, 12);
  expect(scores(judged({ judge }, said))).toMatchObject({
    judge_score: expect.closeTo(2 / 3, 12),
    jury_agreement: third,
  });
  expect(scores(judged({ judge, combine: 'majority' }, said))).toMatchObject({ judge_score: 1, jury_agreement: third });
  const weights = { combine: 'weighted', weights: [1, 1, 6] };
  expect(scores(judged({ judge, ...weights }, said))).toMatchObject({ judge_score: 0.25 });
});

test('a tied jury scores between, and a judge of it that cannot be read costs the sample, by name', () => {
  const judge = ['a', 'b'];
  const tied = jury({ a: 'correct', b: 'incorrect' });
  expect(scores(judged({ judge, combine: 'majority' }, tied))).toMatchObject({ judge_score: 0.5 });
  expect(judged({ judge }, jury({ a: 'correct', b: 'blue' })).outcome).toEqual({
    unscored: 'judge_unparseable',
    detail: 'b: "blue"',
  });
});

test('a cascade asks the next judge only where the one before is unsure, and takes what the sure one says', () => {
  const settings = { judge: ['cheap', 'strong'], combine: 'cascade', sure_from: [0.8] };
  const sure = judged(settings, () => ({ correct: 0.9, incorrect: 0.1 }));
  expect(sure.asked.map((ask) => ask.model)).toEqual(['cheap', 'cheap']);
  expect(scores(sure)).toMatchObject({ judge_score: 1, judge_escalated: 0 });
  const unsure = judged(settings, ({ model }) =>
    model === 'cheap' ? { correct: 0.6, incorrect: 0.4 } : { correct: 0.1, incorrect: 0.9 },
  );
  expect(unsure.asked).toHaveLength(4);
  expect(scores(unsure)).toMatchObject({ judge_score: 0, judge_escalated: 1 });
  const never = judged({ ...settings, sure_from: [0.8, 0.95] }, () => ({ correct: 0.6, incorrect: 0.4 }));
  expect(never.outcome).toEqual({ unscored: 'judges_unsure' });
});

test('a judge in words is as sure as its replies agree', () => {
  const settings = { judge: ['cheap', 'strong'], combine: 'cascade', sure_from: [0.7], repeats: 3, swap: false };
  const found = judged(settings, ({ model, repeat }) => (model === 'cheap' && repeat === 1 ? 'incorrect' : 'correct'));
  expect(found.asked).toHaveLength(6);
  expect(scores(found)).toMatchObject({ judge_score: 1, judge_escalated: 1, judge_spread: 0 });
});

test('repeats ask a judge in words again, and their spread is told', () => {
  const found = judged({ repeats: 4, swap: false }, ({ repeat }) => (repeat! < 3 ? 'correct' : 'incorrect'));
  expect(found.asked).toHaveLength(4);
  expect(scores(found)).toEqual({ judge_score: 0.75, judge_spread: expect.closeTo(0.5, 12) });
  const expected = judged({ repeats: 4, swap: false, score: 'expected' }, ({ repeat }) =>
    repeat! < 3 ? 'correct' : 'incorrect',
  );
  expect(scores(expected)).toMatchObject({ judge_score: 0.75 });
});

test('repeats of a judge that weighs its labels are drawn from the weights, without asking again', () => {
  const found = judged({ repeats: 50, swap: false }, () => ({ correct: 0.7, incorrect: 0.3 }));
  expect(found.asked).toHaveLength(1);
  const { judge_score: score } = scores(found) as Record<string, number>;
  expect(Math.abs(score! - 0.7)).toBeLessThan(0.2);
  expect(scores(judged({ repeats: 50, swap: false }, () => ({ correct: 0.7, incorrect: 0.3 })))).toEqual(scores(found));
});

test('reasons are asked for once there is a verdict, of those who decided, and are kept', () => {
  const found = judged({ reasons: true }, ({ prompt, tokens }) => {
    if (tokens === undefined) return 'correct';
    expect(prompt).toContain('The verdict is: correct.');
    return 'It names the capital.';
  });
  expect(found.asked).toHaveLength(3);
  expect('remarks' in found.outcome && found.outcome.remarks).toEqual([
    {
      by: 'a',
      holds: 'correct',
      said: ['correct', 'correct'],
      sureness: 1,
      score: 1,
      reason: 'It names the capital.',
    },
  ]);
});

test('a judge that declines is told apart from one that rambles', () => {
  const said = (reply: string) => judged({}, () => reply).outcome;
  expect(said('I’m sorry, but I cannot judge this.')).toMatchObject({ unscored: 'judge_refused' });
  expect(said('Sorry')).toMatchObject({ unscored: 'judge_refused' });
  expect(said('The weather is fine.')).toEqual({ unscored: 'judge_unparseable', detail: '"The weather is fine."' });
});

test('a criterion brings its rubric, its labels with their meaning, and what it shows', () => {
  const { asked } = judged({ criterion: 'answer_relevance', swap: false }, () => 'relevant');
  const prompt = promptOf(asked);
  expect(prompt).toContain('relevant: it answers what was asked.');
  expect(prompt).not.toContain('<reference>');
  const options = llmJudge.options.parse({ judge: 'a', criterion: 'faithfulness' });
  expect(llmJudge.needs(options)).toEqual(['model_input', 'context']);
  expect(llmJudge.needsOfOutputs!(options)).toEqual(['context', 'model_output']);
});

test.each([
  [{ combine: 'weighted' }, 'weights must have a weight for each of the 1 judges'],
  [{ combine: 'cascade', judge: ['a', 'b'] }, 'sure_from must have 1 or 2 numbers for 2 judges'],
  [{ combine: 'cascade', sure_from: [] }, 'judge must be a list of two or more for a cascade'],
  [{ weights: [1] }, 'weights is for `combine: weighted`'],
  [{ mode: 'checklist' }, 'items go with `mode: checklist`'],
  [{ items: ['x'] }, 'items go with `mode: checklist`'],
  [{ against: 'x' }, 'against is for `mode: compare`'],
  [{ mode: 'compare', labels: { a: 1, b: 0 } }, 'labels are not for `mode: compare`'],
  [{ rubric: 'Is it ${x?' }, 'rubric'],
])('%j is refused', (settings, message) => {
  const found = llmJudge.options.safeParse({ judge: 'a', ...settings });
  const [issue] = found.error?.issues ?? [];
  expect(`${issue?.path.join('.')} ${issue?.message}`).toContain(message);
});
