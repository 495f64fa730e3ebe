import { bleu } from '../../overlap/bleu.ts';
import type { BleuScore } from '../../overlap/bleu-score.ts';
import { chrf } from '../../overlap/chrf.ts';
import { exactMatch, quasiExactMatch } from '../../overlap/exact-match.ts';
import { combineTargets, inclusion, quasiInclusion } from '../../overlap/inclusion.ts';
import { type QaScores, qaScores } from '../../overlap/qa-scores.ts';
import { rouge } from '../../overlap/rouge.ts';
import type { RougeType } from '../../overlap/rouge-options.ts';
import { splitTargets } from '../../overlap/split-targets.ts';
import { ter } from '../../overlap/ter.ts';
import type { TextMetric } from '../../overlap/text-metric.ts';
import { tokenSetScores } from '../../overlap/token-scores.ts';
import { porterStem } from '../../stem/porter-stem.ts';
import { normaliseQuac } from '../../text/normalisers.ts';
import { stripPython } from '../../text/python-whitespace.ts';
import { sacrebleuLine } from '../../text/sacrebleu-lines.ts';
import { rougeTokeniser } from '../../text/tokenisers.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

function rougeAdapter(name: RougeType): GoldenAdapter {
  return {
    name,
    compute: ({ reference, hypothesis }, { use_stemmer }) => {
      const metric = rouge({ types: [name], stemmer: use_stemmer });
      return metric.score(metric.statistics(hypothesis, [reference]))?.[name];
    },
  };
}

/** Score of a corpus given as sacreBLEU takes it: one list of references for each reference number, null where absent. */
function corpusScore<Score>(
  metric: TextMetric<Score>,
  hypotheses: readonly string[],
  streams: readonly (readonly (string | null)[])[],
): Score {
  const sum = new Float64Array(metric.size);
  hypotheses.forEach((hypothesis, i) => {
    const references = streams.map((stream) => stream[i] ?? null).filter((text) => text !== null);
    metric.add(sum, hypothesis, references);
  });
  return metric.score(sum);
}

function bleuRow(score: BleuScore): unknown {
  return {
    score: score.score,
    precisions: score.precisions,
    bp: score.brevityPenalty,
    sys_len: score.hypothesisLength,
    ref_len: score.referenceLength,
    counts: score.counts,
    totals: score.totals,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: parameters of a golden row
function bleuOf(params: any): TextMetric<BleuScore> {
  return bleu({
    tokeniser: params.tokenize,
    smoothing: params.smooth_method,
    lowercase: params.lowercase,
    effectiveOrder: params.effective_order,
    ...(params.smooth_value == null ? {} : { smoothingValue: params.smooth_value }),
  });
}

function chrfAdapter(name: string): GoldenAdapter {
  return {
    name,
    compute: ({ hypotheses, reference_streams }, params) => {
      const metric = chrf({
        charOrder: params.char_order,
        wordOrder: params.word_order,
        beta: params.beta,
        lowercase: params.lowercase,
        whitespace: params.whitespace,
        epsilonSmoothing: params.eps_smoothing,
      });
      return { score: corpusScore(metric, hypotheses, reference_streams) };
    },
  };
}

/** Both the fused kernel and the plain functions must give the expected score. */
function qaAdapter(name: keyof QaScores, plain: (output: string, target: string) => number): GoldenAdapter {
  const metric = qaScores();
  return {
    name: `fmeval_${name}`,
    compute: ({ target_output, model_output }, { target_output_delimiter }) => {
      const targets = splitTargets(target_output, target_output_delimiter);
      const fused = metric.score(metric.statistics(model_output, targets))![name];
      const slow = Math.max(...targets.map((target) => plain(model_output, target)));
      return { score: fused === slow ? fused : `fused ${fused}, plain ${slow}` };
    },
  };
}

function inclusionAdapter(name: string, score: (output: string, target: string) => number): GoldenAdapter {
  return {
    name,
    compute: ({ target_output, model_output }, { target_output_delimiter, logical_operator }) => {
      const targets = splitTargets(target_output, target_output_delimiter);
      return {
        score: combineTargets(
          targets.map((target) => score(model_output, target)),
          logical_operator,
        ),
      };
    },
  };
}

/** Golden files of the normalisers, tokenisers, the stemmer and the overlap metrics. */
export const adapters: readonly GoldenAdapter[] = [
  rougeAdapter('rouge1'),
  rougeAdapter('rouge2'),
  rougeAdapter('rougeL'),
  rougeAdapter('rougeLsum'),
  {
    name: 'rouge_tokenize',
    compute: ({ text }, { use_stemmer }) => ({ tokens: rougeTokeniser(use_stemmer).tokenise(text) }),
  },
  {
    name: 'bleu_sentence',
    compute: ({ hypothesis, references }, params) => {
      const metric = bleuOf(params);
      return bleuRow(metric.score(metric.statistics(hypothesis, references)));
    },
  },
  {
    name: 'bleu_corpus',
    compute: ({ hypotheses, reference_streams }, params) =>
      bleuRow(corpusScore(bleuOf(params), hypotheses, reference_streams)),
  },
  {
    name: 'bleu_tokenize',
    compute: ({ text }) =>
      Object.fromEntries(
        (['13a', 'intl', 'char', 'zh', 'none'] as const).map((name) => [name, sacrebleuLine(name, text)]),
      ),
  },
  chrfAdapter('chrf'),
  chrfAdapter('chrfpp'),
  {
    name: 'ter',
    compute: ({ hypotheses, reference_streams }, params) => {
      const metric = ter({
        normalized: params.normalized,
        noPunctuation: params.no_punct,
        asianSupport: params.asian_support,
        caseSensitive: params.case_sensitive,
      });
      const { score, edits, referenceLength } = corpusScore(metric, hypotheses, reference_streams);
      return { score, num_edits: edits, ref_length: referenceLength };
    },
  },
  {
    name: 'porter_stem',
    compute: ({ word }) => ({
      NLTK_EXTENSIONS: porterStem(word),
      ORIGINAL_ALGORITHM: porterStem(word, { mode: 'ORIGINAL_ALGORITHM' }),
      MARTIN_EXTENSIONS: porterStem(word, { mode: 'MARTIN_EXTENSIONS' }),
      to_lowercase_false: porterStem(word, { lowercase: false }),
    }),
  },
  {
    name: 'fmeval_normalize_quac',
    compute: ({ text }) => ({
      normalized: normaliseQuac(text),
      stripped_then_normalized: normaliseQuac(stripPython(text)),
    }),
  },
  qaAdapter('f1_score', (output, target) => tokenSetScores(output, target).f1),
  qaAdapter('precision_over_words', (output, target) => tokenSetScores(output, target).precision),
  qaAdapter('recall_over_words', (output, target) => tokenSetScores(output, target).recall),
  qaAdapter('exact_match_score', exactMatch),
  qaAdapter('quasi_exact_match_score', quasiExactMatch),
  inclusionAdapter('fmeval_exact_inclusion', inclusion),
  inclusionAdapter('fmeval_quasi_exact_inclusion', quasiInclusion),
];
