import { createGenerator } from '@assay/metrics';
import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { knownAlgorithms, recordedAlgorithm } from '../algorithms/recorded-algorithm.ts';
import { rocAucAggregate } from '../algorithms/roc-auc-aggregate.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { compareModels } from './compare-models.ts';
import { type ModelScores, modelScores, type ScoredSample } from './model-scores.ts';
import { pairSamples } from './sample-pairs.ts';

const WORDS = 'the cat sat on a mat while rain fell over green hills and nobody came home before night'.split(' ');
const algorithm = ALGORITHMS.get('translation')!;
const instance = instantiateAlgorithm('translation', algorithm, algorithm.options.parse({}));

/** A model that gets each word right with this chance. */
function translated(name: string, right: number, n: number, clusters = 0): ModelScores {
  const random = createGenerator(n + Math.round(1000 * right));
  const samples = Array.from({ length: n }, (_, index): ScoredSample => {
    const start = (index * 5) % WORDS.length;
    const target = Array.from({ length: 8 }, (_each, at) => WORDS[(start + at) % WORDS.length]!);
    const output = target.map((word) => (random.random() < right ? word : 'something')).join(' ');
    const answers = new Map([['original', { kind: 'generate', text: output, elapsedMs: 0 } as const]]);
    const features = { target_output: target.join(' ') };
    const sample = { index, digest: `${index}`, features, record: {} };
    const outcome = algorithm.score({ sample, answers, helpers: new Map() }, instance.options);
    if (!('scores' in outcome)) throw new Error(outcome.unscored);
    const statistics = { translation: JSON.parse(JSON.stringify(outcome.statistics)) };
    const cluster = clusters === 0 ? null : `c${index % clusters}`;
    return { index, digest: `${index}`, category: null, cluster, scores: {}, statistics };
  });
  return modelScores(name, samples, [instance]);
}

const scores = Object.values(instance.aggregates).flatMap((aggregate) =>
  Object.entries(aggregate.scores).map(
    ([score, spec]): ComparableScore => ({ algorithm: 'translation', score, spec, from: 'aggregate' }),
  ),
);
const compare = (first: ModelScores, second: ModelScores) => compareModels(pairSamples(first, second), scores);

test('corpus BLEU, chrF and TER of two models are compared with a verdict', () => {
  const found = compare(translated('plain', 0.7, 80), translated('tuned', 0.9, 80));
  expect(found.map(({ score, verdict, test: method }) => [score, verdict, method])).toEqual([
    ['corpus_bleu', 'better', 'paired jackknife'],
    ['corpus_chrf', 'better', 'paired jackknife'],
    ['corpus_ter', 'better', 'paired jackknife'],
  ]);
  const [bleu, , ter] = found;
  expect(bleu!.difference).toBeGreaterThan(10);
  expect(bleu!.adjustedInterval![0]).toBeGreaterThan(0);
  // Fewer edits are better: the difference keeps its sign, candidate − baseline.
  expect(ter!.difference).toBeLessThan(0);
});

test('equal models cannot be told apart by their corpus scores, nor by two samples', () => {
  const same = compare(translated('a', 0.8, 60), { ...translated('a', 0.8, 60), model: 'b' });
  expect(same.map(({ verdict, difference }) => [verdict, difference])).toEqual([
    ['cannot tell', 0],
    ['cannot tell', 0],
    ['cannot tell', 0],
  ]);
  const few = compare(translated('plain', 0.2, 2), translated('tuned', 1, 2));
  expect(few.every(({ verdict }) => verdict === 'cannot tell')).toBe(true);
});

test('clusters widen the interval, and the algorithm of a manifest compares as the run’s own', () => {
  const width = (clusters: number) => {
    const [bleu] = compare(translated('a', 0.7, 80, clusters), translated('b', 0.75, 80, clusters));
    return bleu!.interval![1] - bleu!.interval![0];
  };
  expect(width(4)).toBeGreaterThan(width(0));
  const recorded = JSON.parse(JSON.stringify(recordedAlgorithm(instance)));
  const [again] = knownAlgorithms([recorded]);
  expect(again!.signature).toBe(instance.signature);
  expect(knownAlgorithms([{ ...recorded, options: { bleu_tokenize: 'no such' } }])).toEqual([]);
});

test('areas under the ROC curve of two models are compared by the samples that both ranked', () => {
  const ranked = (name: string, distance: number): ModelScores => {
    const random = createGenerator(9);
    const samples = Array.from({ length: 150 }, (_, index): ScoredSample => {
      const isToxic = index % 3 === 0;
      const score = random.random() + random.random() + (isToxic ? distance : 0);
      return {
        index,
        digest: `${index}`,
        category: null,
        cluster: null,
        scores: {},
        statistics: { detector: { ranks: [isToxic, score] } },
      };
    });
    return modelScores(name, samples, [{ label: 'detector', aggregates: { ranks: rocAucAggregate } }]);
  };
  const spec = { ...rocAucAggregate.scores.roc_auc!, primary: true as const };
  const areas = (first: ModelScores, second: ModelScores) =>
    compareModels(pairSamples(first, second), [
      { algorithm: 'detector', score: 'roc_auc', spec, from: 'aggregate' },
    ])[0]!;
  const found = areas(ranked('weak', 0.2), ranked('strong', 0.9));
  expect(found).toMatchObject({ verdict: 'better', test: 'paired DeLong', n: 150 });
  expect(found.adjustedInterval![0]).toBeGreaterThan(0);
  expect(areas(ranked('weak', 0.2), ranked('same', 0.2))).toMatchObject({ verdict: 'cannot tell', difference: 0 });
});
