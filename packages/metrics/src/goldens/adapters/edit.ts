import { bertScore } from '../../bertscore/bert-score.ts';
import type { TokenEmbeddings } from '../../bertscore/token-embeddings.ts';
import { characterErrorRate } from '../../edit/character-error-rate.ts';
import type { ErrorRateMetric } from '../../edit/error-rate-metric.ts';
import type { ErrorRates } from '../../edit/error-rates.ts';
import { indelDistance, indelSimilarity } from '../../edit/indel-distance.ts';
import { jaroWinklerSimilarity } from '../../edit/jaro-winkler.ts';
import { levenshteinDistance } from '../../edit/levenshtein-distance.ts';
import { levenshteinSimilarity, normalisedLevenshteinDistance } from '../../edit/levenshtein-similarity.ts';
import { sequenceLevenshtein } from '../../edit/sequence-levenshtein.ts';
import { wordErrorRate } from '../../edit/word-error-rate.ts';
import { type MeteorMetric, meteor } from '../../meteor/meteor.ts';
import { nltkTokeniser } from '../../meteor/nltk-tokeniser.ts';
import { splitPython } from '../../text/python-whitespace.ts';
import { loadWordNetSync } from '../../wordnet/load-word-net.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

const wer = wordErrorRate();
const cer = characterErrorRate();
const nltk = nltkTokeniser();
const nltk391 = nltkTokeniser({ version: '3.9.1' });

function embeddings(rows: readonly (readonly number[])[], weights: readonly number[]): TokenEmbeddings {
  return { values: Float32Array.from(rows.flat()), dimensions: rows[0]?.length ?? 1, weights };
}

let meteorWithWordNet: MeteorMetric | undefined;

function ratesOf(metric: ErrorRateMetric, references: readonly string[], hypotheses: readonly string[]): ErrorRates {
  const sum = new Float64Array(metric.size);
  references.forEach((reference, i) => {
    metric.add(sum, hypotheses[i]!, [reference]);
  });
  return metric.score(sum)!;
}

/** Golden files of edit distances, METEOR and its tokeniser, WordNet and BERTScore's matching. */
export const adapters: readonly GoldenAdapter[] = [
  {
    name: 'levenshtein',
    compute: ({ a, b }) => ({
      distance: levenshteinDistance(a, b),
      normalized_distance: normalisedLevenshteinDistance(a, b),
      normalized_similarity: levenshteinSimilarity(a, b),
      indel_distance: indelDistance(a, b),
      indel_normalized_similarity: indelSimilarity(a, b),
      // The reference was not run on the longest rows.
      jaro_winkler_similarity: a.length > 10_000 ? null : jaroWinklerSimilarity(a, b),
      word_distance: sequenceLevenshtein(splitPython(a), splitPython(b)),
    }),
  },
  {
    name: 'wer',
    compute: ({ references, hypotheses }) => {
      const rates = ratesOf(wer, references, hypotheses);
      return {
        wer: rates.errorRate,
        mer: rates.matchErrorRate,
        wil: rates.informationLost,
        wip: rates.informationPreserved,
        hits: rates.hits,
        substitutions: rates.substitutions,
        deletions: rates.deletions,
        insertions: rates.insertions,
        ...(references.length > 1 ? { hf_evaluate_wer: rates.errorRate } : {}),
      };
    },
  },
  {
    name: 'cer',
    compute: ({ reference, hypothesis }) => {
      const { errorRate, hits, substitutions, deletions, insertions } = ratesOf(cer, [reference], [hypothesis]);
      return { cer: errorRate, hits, substitutions, deletions, insertions };
    },
  },
  {
    name: 'meteor',
    compute: ({ hypothesis_tokens, reference_tokens }, { alpha, beta, gamma }) => {
      meteorWithWordNet ??= meteor({ alpha, beta, gamma, wordNet: loadWordNetSync() });
      const { score, matches } = meteorWithWordNet.score(
        meteorWithWordNet.tokenStatistics(hypothesis_tokens, reference_tokens),
      );
      return { score, matches };
    },
  },
  {
    name: 'nltk_word_tokenize',
    compute: ({ text }) => ({
      word_tokenize: nltk.tokenise(text),
      preserve_line: nltk.tokeniseLine(text),
      sent_tokenize: nltk.sentences(text),
      word_tokenize_nltk_3_9_1: nltk391.tokenise(text),
    }),
  },
  {
    name: 'bertscore_greedy_match',
    tolerance: 1e-5,
    compute: (input) =>
      bertScore(
        embeddings(input.hypothesis_embeddings, input.hypothesis_weights),
        embeddings(input.reference_embeddings, input.reference_weights),
        { compat: 'bert_score' },
      ),
  },
  {
    name: 'wordnet_synonyms',
    compute: ({ word }) => ({ synonyms: loadWordNetSync().synonyms(word) }),
  },
];
