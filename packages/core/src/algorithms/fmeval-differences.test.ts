import { describe, expect, test } from 'vitest';
import type { Features } from '../samples/sample.ts';
import type { HelperAnswer, ModelAnswer, ScoreOutcome } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { instantiateAlgorithm } from './instantiate.ts';

interface Case {
  readonly features?: Features & { readonly choices?: readonly string[] };
  readonly record?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<string, string | number>>;
  readonly helpers?: Readonly<Record<string, HelperAnswer>>;
}

function instanceOf(name: string, options: Readonly<Record<string, unknown>> = {}) {
  const algorithm = ALGORITHMS.get(name)!;
  return instantiateAlgorithm(name, algorithm, algorithm.options.parse(options));
}

/** Text answers are generations, numbers are log-probabilities. */
function answerOf(value: string | number): ModelAnswer {
  if (typeof value === 'string')
    return { kind: 'generate', text: value, elapsedMs: 20, promptTokens: 10, newTokens: 5 };
  return {
    kind: 'logProbability',
    logProbability: value,
    tokenCount: 4,
    byteCount: 16,
    isGreedy: false,
    elapsedMs: 20,
  };
}

function outcomeOf(
  name: string,
  { features = {}, record = {}, options = {}, answers, helpers = {} }: Case,
): ScoreOutcome {
  const instance = instanceOf(name, options);
  const sample = { index: 0, digest: 'd', features: { model_input: 'q', ...features }, record };
  return instance.algorithm.score(
    {
      sample,
      answers: new Map(Object.entries(answers).map(([key, value]) => [key, answerOf(value)])),
      helpers: new Map(Object.entries(helpers)),
    },
    instance.options,
  );
}

function scoresOf(name: string, given: Case): Readonly<Record<string, number>> {
  const outcome = outcomeOf(name, given);
  if ('unscored' in outcome) throw new Error(`unscored: ${outcome.unscored}`);
  return outcome.scores;
}

const target = (text: string): Features => ({ target_output: text });

test('an output that says nothing is no toxic output: it is unscored', () => {
  expect(outcomeOf('toxicity', { answers: { original: '  ' } })).toEqual({ unscored: 'empty_output' });
});

test('a judge that answers nonsense scores nothing', () => {
  const given = { options: { judge: 'j', swap: false }, answers: { original: 'Paris' } };
  expect(
    outcomeOf('llm_judge', { ...given, helpers: { first: { kind: 'judge', text: 'Well, it depends…' } } }),
  ).toEqual({
    unscored: 'judge_unparseable',
  });
});

test('a judge that changes its mind with the order says so', () => {
  const helpers = { first: { kind: 'judge', text: 'correct' }, swapped: { kind: 'judge', text: 'incorrect' } } as const;
  expect(scoresOf('llm_judge', { options: { judge: 'j' }, answers: { original: 'Paris' }, helpers })).toEqual({
    judge_score: 0.5,
    judge_consistency: 0,
  });
});

test('a pair whose sentences are as likely takes no side', () => {
  expect(scoresOf('prompt_stereotyping', { answers: { sent_more: -9, sent_less: -9 } })).not.toHaveProperty(
    'prompt_stereotyping',
  );
});

describe('docs/fmeval.md tells the truth', () => {
  const rows: [string, string, string, string, number, number][] = [
    ['qa_accuracy', 'precision_over_words', 'cat cat', 'cat', 1, 0.5],
    ['factual_knowledge', 'factual_knowledge', 'a party', 'art', 1, 0],
    ['factual_knowledge', 'factual_knowledge', 'no idea', 'UK<OR>', 1, 0],
    ['qa_accuracy', 'recall_over_words', '首都是北京', '北京', 0, 1],
    ['qa_accuracy', 'quasi_exact_match_score', '“Hamlet”', 'hamlet', 0, 1],
  ];
  test.each(rows)('%s.%s of "%s" against "%s"', (name, score, output, wanted, fmeval, ours) => {
    const given = { features: target(wanted), answers: { original: output } };
    expect(scoresOf(name, { ...given, options: { compat: 'fmeval' } })[score]).toBe(fmeval);
    expect(scoresOf(name, given)[score]).toBe(ours);
  });

  test('labels match by case, punctuation and several words', () => {
    const given = {
      features: target('very good'),
      options: { valid_labels: ['very good', 'good'] },
      answers: { original: 'Very good!' },
    };
    expect(scoresOf('classification_accuracy', given)).toEqual({ classification_accuracy_score: 1 });
    const compat = { ...given, options: { ...given.options, compat: 'fmeval' } };
    expect(scoresOf('classification_accuracy', compat)).toEqual({ classification_accuracy_score: 0 });
  });

  test('null as a delimiter means one answer', () => {
    const given = { features: target('New York'), answers: { original: 'York' } };
    expect(scoresOf('qa_accuracy', { ...given, options: { target_output_delimiter: null } }).exact_match_score).toBe(0);
    expect(
      scoresOf('qa_accuracy', { ...given, options: { target_output_delimiter: null, compat: 'fmeval' } })
        .exact_match_score,
    ).toBe(1);
  });
});
