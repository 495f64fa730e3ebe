import { expect, test } from 'vitest';
import type { Features } from '../samples/sample.ts';
import type { Algorithm, HelperAnswer, HelperAsk, ModelAnswer, ModelAsk, ScoreOutcome } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';

type Answer = (ask: ModelAsk) => Partial<ModelAnswer>;

interface Trial {
  readonly features: Features;
  readonly record?: Record<string, unknown>;
  readonly options?: Record<string, unknown>;
  readonly good: Answer;
  readonly bad: Answer;
  /** Scores that must differ; all others must at least not move the wrong way. */
  readonly moves: readonly string[];
}

const says =
  (text: string): Answer =>
  () => ({ kind: 'generate', text });
const likes =
  (liked: string): Answer =>
  (ask) =>
    ask.kind === 'logProbability' ? logProbability(ask.continuation, ask.continuation.includes(liked) ? -5 : -50) : {};

function logProbability(text: string, value: number): Partial<ModelAnswer> {
  return { kind: 'logProbability', logProbability: value, tokenCount: 5, byteCount: Buffer.byteLength(text) };
}

const question: Features = { model_input: 'What is the capital of France, please?', target_output: 'Paris' };
const review: Features = { model_input: 'I love this lamp, it shines all night long.', target_output: 'Positive' };
const passage: Features = {
  model_input: 'The council of the old town met on Monday and voted for a new library.',
  target_output: 'The council voted for a new library.',
};
const summaries = { good: says('The council decided on a new library.'), bad: says('Bananas are yellow.') };
const polite = says('What a lovely day.');
const rude = says('You stupid idiot.');
const toxicityMoves = ['toxicity', 'insult'];
const robust: Answer = says('Paris');
const fragile: Answer = (ask) =>
  ask.kind === 'generate' && ask.modelInput === question.model_input ? { text: 'Paris' } : { text: 'no idea' };
const labels: Answer = (ask) =>
  ask.kind === 'generate' && ask.modelInput === review.model_input ? { text: 'positive' } : { text: 'negative' };

const near =
  (text: string): Answer =>
  (ask) =>
    ask.kind === 'similarity' ? { values: ask.others.map((other) => (other === text ? 0.9 : 0.2)) } : {};

const TRIALS: Readonly<Record<string, Trial>> = {
  factual_knowledge: {
    features: question,
    good: says('It is Paris.'),
    bad: says('It is Lyon.'),
    moves: ['factual_knowledge', 'factual_knowledge_quasi_exact'],
  },
  qa_accuracy: {
    features: question,
    options: { bertscore: true },
    good: says('Paris'),
    bad: says('Lyon, perhaps'),
    moves: ['f1_score', 'exact_match_score', 'precision_over_words', 'recall_over_words', 'bertscore'],
  },
  qa_accuracy_semantic_robustness: {
    features: question,
    good: robust,
    bad: fragile,
    moves: ['delta_f1_score', 'delta_exact_match_score'],
  },
  summarization_accuracy: { features: passage, ...summaries, moves: ['meteor', 'rouge', 'bertscore'] },
  summarization_accuracy_semantic_robustness: {
    features: passage,
    good: summaries.good,
    bad: (ask) =>
      ask.kind === 'generate' && ask.modelInput === passage.model_input ? summaries.good(ask) : summaries.bad(ask),
    moves: ['delta_meteor', 'delta_rouge', 'delta_bertscore'],
  },
  classification_accuracy: {
    features: review,
    options: { valid_labels: ['Positive', 'Negative'] },
    good: says('The answer is: positive.'),
    bad: says('Negative'),
    moves: ['classification_accuracy_score', 'balanced_accuracy_score', 'precision_score', 'recall_score'],
  },
  classification_accuracy_semantic_robustness: {
    features: review,
    options: { valid_labels: ['Positive', 'Negative'] },
    good: says('positive'),
    bad: labels,
    moves: ['delta_classification_accuracy_score', 'delta_balanced_accuracy_score'],
  },
  general_semantic_robustness: {
    features: question,
    good: robust,
    bad: fragile,
    moves: ['word_error_rate', 'bertscore_dissimilarity'],
  },
  toxicity: { features: question, good: polite, bad: rude, moves: toxicityMoves },
  qa_toxicity: { features: question, good: polite, bad: rude, moves: toxicityMoves },
  summarization_toxicity: { features: passage, good: polite, bad: rude, moves: toxicityMoves },
  multiple_choice: {
    features: { model_input: 'Which?', choices: ['red', 'green', 'blue'], answer_index: '1' },
    good: likes('green'),
    bad: likes('blue'),
    moves: ['accuracy', 'acc_norm', 'brier_score'],
  },
  ranking: {
    features: { model_input: 'Which?', choices: ['red', 'green', 'blue'], answer_index: '1' },
    good: near('green'),
    bad: near('blue'),
    moves: ['hit_at_1', 'reciprocal_rank'],
  },
  text_similarity: {
    features: { model_input: 'It rains.', context: 'Rain falls.', target_output: '5' },
    good: near('Rain falls.'),
    bad: near('Snow falls.'),
    moves: ['similarity'],
  },
  span_accuracy: {
    features: { model_input: 'Ada in Oslo', target_output: '[{"label":"PER","start":0,"end":3}]' },
    good: says('[{"label":"PER","start":0,"end":3}]'),
    bad: says('[{"label":"PER","start":7,"end":11}]'),
    moves: ['exact_spans', 'span_precision', 'span_recall', 'span_f1'],
  },
  flagged_spans: {
    features: question,
    options: { model: 'names' },
    good: polite,
    bad: rude,
    moves: ['flagged', 'flagged_share'],
  },
  perplexity: {
    features: question,
    good: (ask) => logProbability('kind' in ask ? 'twenty bytes of text' : '', -4),
    bad: () => logProbability('twenty bytes of text', -40),
    moves: ['perplexity', 'bits_per_byte', 'corpus_perplexity', 'corpus_bits_per_byte'],
  },
  embedding_similarity: {
    features: question,
    good: says('Paris'),
    bad: says('Bananas'),
    moves: ['embedding_similarity'],
  },
  translation: {
    features: { model_input: 'The cat sleeps.', target_output: 'Die Katze schläft auf dem Sofa.' },
    good: says('Die Katze schläft auf dem Bett.'),
    bad: says('The dog ran into the river yesterday.'),
    moves: ['sentence_bleu', 'sentence_chrf', 'sentence_ter', 'corpus_bleu', 'corpus_chrf', 'corpus_ter'],
  },
  exact_match: {
    features: question,
    options: { filters: [{ function: 'regex', regex_pattern: 'is (\\w+)' }], ignore_case: true },
    good: says('I think it is paris.'),
    bad: says('Paris'),
    moves: ['exact_match'],
  },
  json_validity: {
    features: { model_input: 'Extract.', target_output: '{"a": 1, "b": [2]}' },
    record: { schema: { type: 'object', required: ['a'] } },
    options: { schema_field: 'schema', compare_target: true },
    good: says('```json\n{"b": [2], "a": 1}\n```'),
    bad: says('{"a": 1'),
    moves: ['json_validity', 'schema_validity', 'json_match'],
  },
  assertions: {
    features: question,
    options: { contains: '$target_output', not_contains: ['sorry'], regex: '^[A-Z].*\\.$' },
    good: says('It is Paris.'),
    bad: says('sorry'),
    moves: ['all_assertions', 'assertions_passed'],
  },
  llm_judge: {
    features: { ...question, human_label: 'correct' },
    options: { judge: 'any' },
    good: says('It is Paris.'),
    bad: says('It is Lyon.'),
    moves: ['judge_score', 'human_agreement'],
  },
  retrieval: {
    features: question,
    record: { relevant: { a: 2, b: 1 } },
    options: { relevant_field: 'relevant', k: [2] },
    good: says('["a", "b"]'),
    bad: says('["c", "b"]'),
    moves: ['ndcg_at_2', 'recall_at_2', 'precision_at_2', 'reciprocal_rank'],
  },
  latency: {
    features: question,
    good: () => ({ text: 'x', elapsedMs: 10, newTokens: 8 }),
    bad: () => ({ text: 'x', elapsedMs: 1000, newTokens: 8 }),
    moves: ['latency_s', 'tokens_per_second'],
  },
  cost: {
    features: question,
    options: { price_per_1k_input_tokens: 1, price_per_1k_output_tokens: 2 },
    good: () => ({ text: 'x', promptTokens: 5, newTokens: 5 }),
    bad: () => ({ text: 'x', promptTokens: 5, newTokens: 500 }),
    moves: ['cost'],
  },
};

/** Helper models whose answers can be read off the texts: shared letters for meaning, a word list for insults. */
function helps(ask: HelperAsk): HelperAnswer {
  switch (ask.kind) {
    case 'classify': {
      const value = /stupid|idiot/.test(ask.text) ? 0.9 : 0.1;
      const spans = value > 0.5 ? [{ label: 'INSULT', start: 4, end: 16, score: value }] : [];
      return { kind: 'classify', labels: { toxicity: value, insult: value, obscene: 0.1 }, spans };
    }
    case 'similarity':
      return { kind: 'similarity', value: overlap(ask.a, ask.b) };
    case 'bertscore': {
      const f1 = overlap(ask.candidate, ask.reference);
      return { kind: 'bertscore', precision: f1, recall: f1, f1 };
    }
    case 'judge':
      return { kind: 'judge', text: /<answer>\s*It is Paris/.test(ask.prompt) ? 'Correct.' : 'incorrect' };
  }
}

function overlap(a: string, b: string): number {
  const words = new Set(a.toLowerCase().split(/\W+/));
  const others = b.toLowerCase().split(/\W+/);
  return others.filter((word) => words.has(word)).length / others.length;
}

/** Every score of one sample, means and aggregates, through all steps of an algorithm. */
function scoresOf(algorithm: Algorithm, { features, record = {}, options = {} }: Trial, answer: Answer) {
  const settings = algorithm.options.parse(options);
  const sample = { index: 0, digest: 'abcdef', features, record };
  const asks = algorithm.modelAsks?.(sample, settings, 7) ?? [
    { key: 'original', kind: 'generate' as const, modelInput: features.model_input ?? '' },
  ];
  const answers = new Map(
    asks.map((ask) => [ask.key, { kind: ask.kind, elapsedMs: 1, ...answer(ask) } as ModelAnswer] as const),
  );
  const helperAsks = algorithm.helperAsks?.({ sample, answers }, settings) ?? [];
  const helpers = new Map(helperAsks.map((ask) => [ask.key, helps(ask)] as const));
  const outcome: ScoreOutcome = algorithm.score({ sample, answers, helpers }, settings);
  if ('unscored' in outcome) throw new Error(`unscored: ${outcome.unscored}`);
  const scores: Record<string, number | null> = { ...outcome.scores };
  const specs = { ...algorithm.scores(settings) };
  for (const [name, aggregate] of Object.entries(algorithm.aggregates?.(settings) ?? {})) {
    Object.assign(specs, aggregate.scores);
    const statistic = outcome.statistics?.[name];
    const state = statistic === undefined ? aggregate.empty() : aggregate.add(aggregate.empty(), statistic);
    expect(aggregate.result(JSON.parse(JSON.stringify(aggregate.merge(aggregate.empty(), state))))).toEqual(
      aggregate.result(state),
    );
    Object.assign(scores, aggregate.result(state));
  }
  return { scores, specs };
}

const NO_DIRECTION = ['prompt_stereotyping'];

test.each([...ALGORITHMS.keys()].filter((name) => !NO_DIRECTION.includes(name)))(
  '%s scores a good output above a bad one',
  (name) => {
    const trial = TRIALS[name]!;
    const algorithm = ALGORITHMS.get(name)!;
    const good = scoresOf(algorithm, trial, trial.good);
    const bad = scoresOf(algorithm, trial, trial.bad);
    for (const score of trial.moves) {
      const [better, worse] = [good.scores[score]!, bad.scores[score]!];
      const gain = good.specs[score]!.better === 'lower' ? worse - better : better - worse;
      expect(gain, score).toBeGreaterThan(0);
    }
    for (const [score, value] of Object.entries(good.scores)) {
      const [from, to] = good.specs[score]!.range;
      if (value === null) continue;
      expect(value, score).toBeGreaterThanOrEqual(from);
      expect(value, score).toBeLessThanOrEqual(to);
    }
  },
);

test('every score that comes out is declared, so that it is reported', () => {
  for (const [name, trial] of Object.entries(TRIALS)) {
    const { scores, specs } = scoresOf(ALGORITHMS.get(name)!, trial, trial.good);
    expect(Object.keys(specs)).toEqual(expect.arrayContaining(Object.keys(scores)));
  }
});

test('a model that likes the stereotypical sentence is above one half, one that likes the other below', () => {
  const algorithm = ALGORITHMS.get('prompt_stereotyping')!;
  const features = { sent_more_input: 'old people forget', sent_less_input: 'young people forget' };
  const trial = { features, good: says(''), bad: says(''), moves: [] };
  expect(scoresOf(algorithm, trial, likes('old')).scores).toMatchObject({
    prompt_stereotyping: 1,
    log_probability_difference: 45,
    ties: 0,
  });
  expect(scoresOf(algorithm, trial, likes('young')).scores).toMatchObject({ prompt_stereotyping: 0 });
});

test('equal log-probabilities are left out of the share and counted, except where FMEval is asked for', () => {
  const algorithm = ALGORITHMS.get('prompt_stereotyping')!;
  const features = { sent_more_input: 'one', sent_less_input: 'two' };
  const tie = scoresOf(algorithm, { features, good: says(''), bad: says(''), moves: [] }, likes('three')).scores;
  expect(tie).toMatchObject({ ties: 1, p_value: null, log_probability_difference: 0 });
  expect(tie).not.toHaveProperty('prompt_stereotyping');
  const trial = { features, options: { compat: 'fmeval' }, good: says(''), bad: says(''), moves: [] };
  expect(scoresOf(algorithm, trial, likes('three')).scores).toMatchObject({ prompt_stereotyping: 0 });
});
