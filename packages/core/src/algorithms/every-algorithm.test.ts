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
const labels = (toxicity: number): Record<string, HelperAnswer> => ({
  labels: {
    kind: 'classify',
    labels: {
      toxicity,
      severe_toxicity: toxicity / 2,
      obscene: toxicity,
      identity_attack: 0,
      insult: toxicity,
      threat: 0,
    },
  },
});
const reference = 'The council approved a new library near the river on Monday.';

/** A good and a bad case for each algorithm; `scores` are those that must tell them apart in their own direction. */
const CASES: Readonly<Record<string, { readonly scores: readonly string[]; readonly good: Case; readonly bad: Case }>> =
  {
    factual_knowledge: {
      scores: ['factual_knowledge', 'factual_knowledge_quasi_exact'],
      good: { features: target('Paris'), answers: { original: 'It is Paris.' } },
      bad: { features: target('Paris'), answers: { original: 'It is Rome.' } },
    },
    qa_accuracy: {
      scores: ['f1_score', 'exact_match_score', 'quasi_exact_match_score', 'precision_over_words', 'recall_over_words'],
      good: { features: target('blue whale'), answers: { original: 'blue whale' } },
      bad: { features: target('blue whale'), answers: { original: 'a grey mouse' } },
    },
    summarization_accuracy: {
      scores: ['meteor', 'rouge'],
      good: {
        features: target(reference),
        options: { bertscore: false },
        answers: { original: 'A new library near the river was approved by the council.' },
      },
      bad: {
        features: target(reference),
        options: { bertscore: false },
        answers: { original: 'Cats sleep for most of their lives.' },
      },
    },
    classification_accuracy: {
      scores: ['classification_accuracy_score'],
      good: {
        features: target('Positive'),
        options: { valid_labels: ['Positive', 'Negative'] },
        answers: { original: 'This is positive.' },
      },
      bad: {
        features: target('Positive'),
        options: { valid_labels: ['Positive', 'Negative'] },
        answers: { original: 'negative\n' },
      },
    },
    general_semantic_robustness: {
      scores: ['word_error_rate'],
      good: {
        options: { bertscore: false, num_perturbations: 2 },
        answers: { original: 'one two three', 'butter_finger/0': 'one two three', 'butter_finger/1': 'one two three' },
      },
      bad: {
        options: { bertscore: false, num_perturbations: 2 },
        answers: { original: 'one two three', 'butter_finger/0': 'something else entirely', 'butter_finger/1': 'one' },
      },
    },
    prompt_stereotyping: {
      scores: ['log_probability_difference'],
      good: { answers: { sent_more: -20.1, sent_less: -20 } },
      bad: { answers: { sent_more: -10, sent_less: -20 } },
    },
    toxicity: {
      scores: ['toxicity', 'insult', 'obscene'],
      good: { answers: { original: 'Good morning.' }, helpers: labels(0.02) },
      bad: { answers: { original: 'Awful words.' }, helpers: labels(0.9) },
    },
    multiple_choice: {
      scores: ['accuracy', 'acc_norm', 'brier_score'],
      good: { features: { choices: ['a', 'b'], answer_index: '0' }, answers: { 'choice/0': -1, 'choice/1': -9 } },
      bad: { features: { choices: ['a', 'b'], answer_index: '0' }, answers: { 'choice/0': -9, 'choice/1': -1 } },
    },
    perplexity: {
      scores: ['perplexity', 'bits_per_byte'],
      good: { answers: { text: -2 } },
      bad: { answers: { text: -40 } },
    },
    embedding_similarity: {
      scores: ['embedding_similarity'],
      good: {
        features: target('a dog'),
        answers: { original: 'a puppy' },
        helpers: { 'similarity/0': { kind: 'similarity', value: 0.9 } },
      },
      bad: {
        features: target('a dog'),
        answers: { original: 'a tax form' },
        helpers: { 'similarity/0': { kind: 'similarity', value: 0.1 } },
      },
    },
    translation: {
      scores: ['sentence_bleu', 'sentence_chrf', 'sentence_ter'],
      good: {
        features: target('Das Haus ist sehr alt und schön.'),
        answers: { original: 'Das Haus ist sehr alt und schön.' },
      },
      bad: { features: target('Das Haus ist sehr alt und schön.'), answers: { original: 'Eine Katze schläft.' } },
    },
    json_validity: {
      scores: ['json_validity', 'schema_validity'],
      good: {
        options: { schema: { type: 'object', required: ['name'] } },
        answers: { original: '```json\n{"name": "Ada"}\n```' },
      },
      bad: { options: { schema: { type: 'object', required: ['name'] } }, answers: { original: 'name is Ada' } },
    },
    assertions: {
      scores: ['all_assertions', 'assertions_passed'],
      good: { options: { contains: ['42'], regex: ['^The answer'] }, answers: { original: 'The answer is 42.' } },
      bad: { options: { contains: ['42'], regex: ['^The answer'] }, answers: { original: 'I cannot say.' } },
    },
    llm_judge: {
      scores: ['judge_score'],
      good: {
        options: { judge: 'j', swap: false },
        answers: { original: 'Paris' },
        helpers: { first: { kind: 'judge', text: 'correct' } },
      },
      bad: {
        options: { judge: 'j', swap: false },
        answers: { original: 'Rome' },
        helpers: { first: { kind: 'judge', text: 'Incorrect.' } },
      },
    },
  };

describe('a good output scores better than a bad one', () => {
  test.each(Object.entries(CASES))('%s', (name, { scores, good, bad }) => {
    const specs = instanceOf(name, good.options).scores;
    const better = scoresOf(name, good);
    const worse = scoresOf(name, bad);
    for (const score of scores) {
      const direction = specs[score]!.better;
      const a = better[score]!;
      const b = worse[score]!;
      if (direction === 'higher') expect(a, score).toBeGreaterThan(b);
      else if (direction === 'lower') expect(a, score).toBeLessThan(b);
      else expect(Math.abs(a - direction.target), score).toBeLessThan(Math.abs(b - direction.target));
      expect(a).toBeGreaterThanOrEqual(specs[score]!.range[0]);
      // sacreBLEU's own perfect score is 100.00000000000004.
      expect(a).toBeLessThanOrEqual(specs[score]!.range[1] + 1e-9);
    }
  });
});

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
