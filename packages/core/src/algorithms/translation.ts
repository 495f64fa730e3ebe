import {
  bleu,
  bleuCorpusScore,
  type CorpusScore,
  chrf,
  chrfCorpusScore,
  ratioScore,
  type TextMetric,
  ter,
} from '@assay/metrics';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ScoreSpec } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { figureOf } from './class-figures.ts';
import { targetOutputDelimiter } from './options.ts';

const options = z.strictObject({
  target_output_delimiter: targetOutputDelimiter,
  bleu_tokenize: z
    .enum(['13a', 'intl', 'zh', 'char', 'none'])
    .default('13a')
    .describe('sacreBLEU’s tokenizer: 13a for European languages, zh for Chinese. Default 13a.'),
  ter_asian_support: z
    .boolean()
    .optional()
    .describe(
      'TER over normalised text with CJK characters apart (sacreBLEU’s flags). Default: with bleu_tokenize zh.',
    ),
  chrf_word_order: z.int().min(0).max(4).default(0).describe('0 is chrF, 2 is chrF++. Default 0.'),
});

type Options = z.output<typeof options>;

const percent = (summary: string): ScoreSpec => ({ range: [0, 100], better: 'higher', kind: 'bounded', summary });
const edits = (summary: string): ScoreSpec => ({
  range: [0, Number.POSITIVE_INFINITY],
  better: 'lower',
  kind: 'real',
  summary,
});

/**
 * BLEU, chrF and TER as sacreBLEU computes them: per sentence, and over the whole corpus from sums of counts, which is the
 * number that papers report. The acceptable answers are the references.
 * @see https://aclanthology.org/W18-6319/
 */
export const translation = defineAlgorithm<Options>({
  name: 'translation',
  isQuadratic: true,
  summary: 'BLEU, chrF and TER of a translation, per sentence and over the corpus.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({
    sentence_bleu: percent('BLEU of one sentence, smoothed, over the n-gram orders that it is long enough for.'),
    sentence_chrf: percent('Character n-gram F-score of one sentence.'),
    sentence_ter: edits('Edits for each hundred words of the reference.'),
  }),
  primary: () => ['corpus_bleu', 'corpus_chrf'],
  aggregates: (settings) => {
    const { corpusBleu, chrf: characters, ter: editRate } = metricsFor(settings);
    return {
      bleu: corpusOf(
        corpusBleu,
        'corpus_bleu',
        percent('BLEU over the corpus.'),
        bleuCorpusScore(),
        ({ score }) => score,
      ),
      chrf: corpusOf(
        characters,
        'corpus_chrf',
        percent('chrF over the corpus.'),
        chrfCorpusScore({ wordOrder: settings.chrf_word_order }),
        (score) => score,
      ),
      ter: corpusOf(editRate, 'corpus_ter', edits('TER over the corpus.'), TER, ({ score }) => score),
    };
  },
  score: (input, settings) => {
    const references = answerTargets(input.sample.features.target_output ?? '', settings.target_output_delimiter);
    if (references.length === 0) return { unscored: 'empty_target' };
    const output = answerText(input);
    const metrics = metricsFor(settings);
    const corpusBleu = metrics.corpusBleu.statistics(output, references);
    const characters = metrics.chrf.statistics(output, references);
    const editRate = metrics.ter.statistics(output, references);
    return {
      scores: {
        sentence_bleu: metrics.sentenceBleu.score(metrics.sentenceBleu.statistics(output, references)).score,
        sentence_chrf: metrics.chrf.score(characters),
        sentence_ter: metrics.ter.score(editRate).score,
      },
      statistics: { bleu: whole(corpusBleu), chrf: whole(characters), ter: whole(editRate) },
    };
  },
  signature: (settings) => {
    const { corpusBleu, chrf: characters, ter: editRate } = metricsFor(settings);
    return `translation|bleu(${corpusBleu.signature('var')})|chrf(${characters.signature('var')})|ter(${editRate.signature('var')})|v1`;
  },
});

/** TER averages the lengths of up to ten references: their common multiple makes every count a whole number, so that sums are exact. */
const SCALE = 2520;

function whole(statistics: Float64Array): number[] {
  return Array.from(statistics, (value) => Math.round(value * SCALE));
}

const TER: CorpusScore = ratioScore([0, Number.POSITIVE_INFINITY], 100);

/** A corpus score from sums of counts. */
function corpusOf<Score>(
  metric: TextMetric<Score>,
  name: string,
  spec: ScoreSpec,
  corpus: CorpusScore,
  toNumber: (score: Score) => number,
): Aggregate {
  const aggregate: Aggregate<readonly number[], readonly number[]> = {
    scores: { [name]: spec },
    empty: () => [],
    add: sum,
    merge: sum,
    result: (state) => ({
      [name]: state.length === 0 ? null : toNumber(metric.score(Float64Array.from(state, (value) => value / SCALE))),
    }),
    corpus: (units) => ({
      [name]: figureOf(
        corpus,
        units.map((unit) => unit.map((value) => value / SCALE)),
      ),
    }),
  };
  return aggregate as Aggregate;
}

function sum(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.length === 0 ? b : a.map((value, i) => value + (b[i] ?? 0));
}

const made = new Map<string, ReturnType<typeof makeMetrics>>();

function metricsFor(settings: Options): ReturnType<typeof makeMetrics> {
  const {
    bleu_tokenize: tokeniser,
    chrf_word_order: wordOrder,
    ter_asian_support: asian = tokeniser === 'zh',
  } = settings;
  const key = `${tokeniser} ${wordOrder} ${asian}`;
  let metrics = made.get(key);
  if (metrics === undefined) {
    metrics = makeMetrics(tokeniser, wordOrder, asian);
    made.set(key, metrics);
  }
  return metrics;
}

function makeMetrics(tokeniser: Options['bleu_tokenize'], wordOrder: number, asian: boolean) {
  return {
    corpusBleu: bleu({ tokeniser }),
    sentenceBleu: bleu({ tokeniser, effectiveOrder: true }),
    chrf: chrf({ wordOrder }),
    // Without normalisation sacreBLEU leaves these characters together.
    ter: ter(asian ? { normalized: true, asianSupport: true } : {}),
  };
}
