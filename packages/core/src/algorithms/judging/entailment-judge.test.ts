import { expect, test } from 'vitest';
import type { HelperAnswer, HelperAsk } from '../algorithm.ts';
import { llmJudge } from '../llm-judge.ts';

const features = {
  model_input: 'When is it open?',
  context: 'The shop is open from 9 to 18.',
  target_output: 'From 9 to 18.',
};
const sample = { index: 0, digest: 'd', features, record: {} };
const answers = new Map([['original', { kind: 'generate' as const, text: 'It opens at 9.', elapsedMs: 1 }]]);
const nli = { judge: { entailment: './nli' }, criterion: 'faithfulness' };

function judged(settings: object, labels: Readonly<Record<string, number>>) {
  const options = llmJudge.options.parse({ ...nli, ...settings });
  const asks = llmJudge.helperAsks!({ sample, answers }, options);
  const helpers = new Map<string, HelperAnswer>(asks.map(({ key }) => [key, { kind: 'classify', labels }]));
  const further: readonly HelperAsk[] = llmJudge.furtherAsks!({ sample, answers, helpers }, options);
  return { asks, further, outcome: llmJudge.score({ sample, answers, helpers }, options), options };
}

test('a cross-encoder reads context and answer, once, and its entailment is the score', () => {
  const labels = { contradiction: 0.1, neutral: 0.2, entailment: 0.7 };
  const { asks, further, outcome, options } = judged({ score: 'expected' }, labels);
  expect(asks).toEqual([
    {
      key: 'first',
      kind: 'classify',
      model: './nli',
      text: 'It opens at 9.',
      beside: 'The shop is open from 9 to 18.',
    },
  ]);
  expect(further).toEqual([]);
  expect(outcome).toMatchObject({
    scores: { judge_score: 0.7 },
    remarks: [{ by: './nli', holds: 'supported', sureness: 0.7, said: ['supported'] }],
  });
  expect(llmJudge.helpers!(options)).toEqual([{ kind: 'classify', model: './nli' }]);
  expect(llmJudge.signature(options)).toContain('|pair:context>answer');
});

test.each([
  ['correctness', 'It opens at 9.', 'From 9 to 18.'],
  ['answer_relevance', 'When is it open?', 'It opens at 9.'],
  ['context_precision', 'When is it open?', 'The shop is open from 9 to 18.'],
  ['context_recall', 'The shop is open from 9 to 18.', 'From 9 to 18.'],
])('%s has a pair of its own', (criterion, premise, hypothesis) => {
  const { asks } = judged({ criterion }, { entailment: 1, not_entailment: 0 });
  expect(asks).toMatchObject([{ beside: premise, text: hypothesis }]);
});

test('a reranker’s one score is how likely the better word is; the likelier word counts', () => {
  const relevant = judged({ criterion: 'answer_relevance' }, { LABEL_0: 0.9 }).outcome;
  expect(relevant).toMatchObject({ scores: { judge_score: 1 }, remarks: [{ holds: 'relevant', sureness: 0.9 }] });
  const not = judged({ criterion: 'answer_relevance' }, { LABEL_0: 0.4 }).outcome;
  expect(not).toMatchObject({ scores: { judge_score: 0 }, remarks: [{ holds: 'irrelevant', sureness: 0.6 }] });
});

test('a model of other labels, or of scores outside 0 to 1, gives no verdict', () => {
  for (const labels of [{ joy: 0.7, anger: 0.3 }, { LABEL_0: 4.2 }, { LABEL_0: Number.NaN }])
    expect(judged({}, labels).outcome).toEqual({ unscored: 'judge_no_entailment' });
});

test('labels of people correct it as they do any judge', () => {
  const options = llmJudge.options.parse(nli);
  const labelled = { ...sample, features: { ...features, human_label: 'unsupported' } };
  const helpers = new Map<string, HelperAnswer>([['first', { kind: 'classify', labels: { entailment: 1 } }]]);
  expect(llmJudge.score({ sample: labelled, answers, helpers }, options)).toMatchObject({
    statistics: { judged: { id: 'd', score: 1, label: 0 }, human: ['unsupported', 'supported'] },
  });
});

test('it may be the cheap judge of a cascade, and gives no reasons', () => {
  const cascade = { judge: [{ entailment: './nli' }, 'big'], combine: 'cascade', sure_from: [0.9], reasons: true };
  const sure = judged(cascade, { entailment: 0.95, contradiction: 0.05 });
  expect([sure.asks.length, sure.further]).toEqual([1, []]);
  expect(sure.outcome).toMatchObject({ scores: { judge_score: 1, judge_escalated: 0 } });
  const unsure = judged(cascade, { entailment: 0.6, contradiction: 0.4 });
  expect(unsure.further.map(({ kind, model }) => [kind, model])).toEqual([
    ['judge', 'big'],
    ['judge', 'big'],
  ]);
});

test.each([
  [{ criterion: 'harmlessness' }, 'needs `mode: grade` and one of the criteria correctness, faithfulness'],
  [{ criterion: undefined }, 'needs `mode: grade`'],
  [{ mode: 'checklist', items: ['x'] }, 'needs `mode: grade`'],
  [{ labels: { good: 1, fair: 0.5, bad: 0 } }, 'must be two for an entailment model'],
  [{ rubric: 'Look closely.' }, 'is not read by an entailment model'],
])('%o is refused', (settings, message) => {
  const { error } = llmJudge.options.safeParse({ ...nli, ...settings });
  expect(error!.issues.map((issue) => issue.message).join()).toContain(message);
});
