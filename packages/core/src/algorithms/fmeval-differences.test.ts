import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Features } from '../samples/sample.ts';
import type { ScoreOutcome } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { instantiateAlgorithm } from './instantiate.ts';

interface Case {
  readonly features?: Features;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly output: string;
}

function instanceOf(name: string, options: Readonly<Record<string, unknown>> = {}) {
  const algorithm = ALGORITHMS.get(name)!;
  return instantiateAlgorithm(name, algorithm, algorithm.options.parse(options));
}

function outcomeOf(name: string, { features = {}, options = {}, output }: Case): ScoreOutcome {
  const instance = instanceOf(name, options);
  const sample = { index: 0, digest: 'd', features: { model_input: 'q', ...features }, record: {} };
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 20 }]]);
  return instance.algorithm.score({ sample, answers, helpers: new Map() }, instance.options);
}

function scoresOf(name: string, given: Case): Readonly<Record<string, number>> {
  const outcome = outcomeOf(name, given);
  if ('unscored' in outcome) throw new Error(`unscored: ${outcome.unscored}`);
  return outcome.scores;
}

const target = (text: string): Features => ({ target_output: text });

const PAGE = readFileSync(new URL('../../../../docs/fmeval.md', import.meta.url), 'utf8').split('\n');

/** FMEval's number and ours in the row of the page that holds these texts. */
function shownOf(...texts: readonly string[]): number[] {
  const row = PAGE.find((line) => line.includes(texts.map((text) => `\`${text}\``).join(', ')))!;
  const cells = row.split('|').slice(-3, -1);
  return cells.map((cell) => Number(/([\d.]+) $/.exec(cell)![1]));
}

test('an output that says nothing is no toxic output: it is unscored', () => {
  expect(outcomeOf('toxicity', { output: '  ' })).toEqual({ unscored: 'empty_output' });
});

describe('docs/fmeval.md tells the truth', () => {
  const rows: [string, string, string, string, number, number][] = [
    ['qa_accuracy', 'precision_over_words', 'cat cat', 'cat', 1, 0.5],
    ['factual_knowledge', 'factual_knowledge', 'a party', 'art', 1, 0],
    ['factual_knowledge', 'factual_knowledge', 'no idea', 'UK<OR>', 1, 0],
    ['qa_accuracy', 'recall_over_words', '首都是北京', '北京', 0, 1],
    ['qa_accuracy', 'quasi_exact_match_score', '“Hamlet”', 'hamlet', 0, 1],
    ['factual_knowledge', 'factual_knowledge_quasi_exact', 'no idea', 'The', 1, 0],
    ['summarization_accuracy', 'meteor', 'cat—dog', 'cat dog', 0, 0.476],
  ];
  test.each(rows)('%s.%s of "%s" against "%s"', (name, score, output, wanted, fmeval, ours) => {
    const given = { features: target(wanted), output: output };
    expect(scoresOf(name, { ...given, options: { compat: 'fmeval' } })[score]).toBe(fmeval);
    expect(scoresOf(name, given)[score]).toBeCloseTo(ours, 3);
    expect(shownOf(output, wanted)).toEqual([fmeval, ours]);
  });

  test('an empty output is classified in FMEval, and says nothing here', () => {
    const toxicity = ALGORITHMS.get('toxicity')!;
    const sample = { index: 0, digest: 'd', features: {}, record: {} };
    const answers = new Map([['original', { kind: 'generate' as const, text: '', elapsedMs: 1 }]]);
    const asks = (options: object) => toxicity.helperAsks!({ sample, answers }, toxicity.options.parse(options));
    expect(asks({ compat: 'fmeval' })).toHaveLength(1);
    expect(asks({})).toEqual([]);
  });

  test('words of a script without spaces count one by one, and as one in FMEval', () => {
    const algorithm = ALGORITHMS.get('general_semantic_robustness')!;
    const wer = (options: object) => {
      const settings = algorithm.options.parse({ num_perturbations: 1, bertscore: false, ...options });
      const sample = { index: 0, digest: 'd', features: { model_input: '问题' }, record: {} };
      const answers = new Map(
        algorithm.modelAsks!(sample, settings, 7).map(({ key }) => {
          const text = key === 'original' ? '首都是北京' : '首都是上海';
          return [key, { kind: 'generate' as const, text, elapsedMs: 1 }];
        }),
      );
      const outcome = algorithm.score({ sample, answers, helpers: new Map() }, settings);
      return 'scores' in outcome ? outcome.scores.word_error_rate : outcome.unscored;
    };
    const [fmeval, ours] = shownOf('首都是上海');
    expect(wer({})).toBeCloseTo(ours!, 3);
    expect(wer({ compat: 'fmeval' })).toBe(fmeval);
  });

  test('what a model varies by itself is taken off where a baseline is asked for', () => {
    const algorithm = ALGORITHMS.get('general_semantic_robustness')!;
    const wer = (options: object) => {
      const settings = algorithm.options.parse({ num_perturbations: 1, bertscore: false, ...options });
      const sample = { index: 0, digest: 'd', features: { model_input: 'a question' }, record: {} };
      const answers = new Map(
        algorithm.modelAsks!(sample, settings, 7).map(({ key }) => {
          const last = key === 'original' ? 'd' : key.startsWith('repeat') ? 'y' : 'x';
          return [key, { kind: 'generate' as const, text: `a b c ${last}`, elapsedMs: 1 }];
        }),
      );
      const outcome = algorithm.score({ sample, answers, helpers: new Map() }, settings);
      return 'scores' in outcome ? outcome.scores.word_error_rate : outcome.unscored;
    };
    const [fmeval, ours] = shownOf('a b c y');
    expect(wer({ num_baseline_samples: 2 })).toBe(fmeval);
    expect(wer({})).toBe(ours);
  });

  test.each([
    ['summarization_accuracy', { meteor: 0, rouge: 0 }],
    ['classification_accuracy', { classification_accuracy_score: 0 }],
    ['qa_accuracy', { exact_match_score: 0 }],
    ['factual_knowledge', { factual_knowledge: 1 }],
  ])('an empty target is unscored under %s, and counts in FMEval', (name, scores) => {
    const given = { features: target(''), output: 'a dog' };
    expect(outcomeOf(name, given)).toEqual({ unscored: 'empty_target' });
    expect(scoresOf(name, { ...given, options: { compat: 'fmeval' } })).toMatchObject(scores);
  });

  test('labels match by case, punctuation and several words', () => {
    const given = {
      features: target('very good'),
      options: { valid_labels: ['very good', 'good'] },
      output: 'Very good!',
    };
    expect(scoresOf('classification_accuracy', given)).toEqual({ classification_accuracy_score: 1 });
    const compat = { ...given, options: { ...given.options, compat: 'fmeval' } };
    expect(scoresOf('classification_accuracy', compat)).toEqual({ classification_accuracy_score: 0 });
  });

  test('null as a delimiter means one answer', () => {
    const given = { features: target('New York'), output: 'York' };
    expect(scoresOf('qa_accuracy', { ...given, options: { target_output_delimiter: null } }).exact_match_score).toBe(0);
    expect(
      scoresOf('qa_accuracy', { ...given, options: { target_output_delimiter: null, compat: 'fmeval' } })
        .exact_match_score,
    ).toBe(1);
  });
});
