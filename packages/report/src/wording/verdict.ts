import type { Comparison, ScoreSummary, Summary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { comparedOf, comparisonBetween } from './comparison-between.ts';
import { formatDifference, formatInterval, formatScore, plural } from './format-number.ts';
import { joinWords } from './join-words.ts';
import { pValueWords, shownInterval } from './pair-words.ts';
import { rankByScore } from './rank-by-score.ts';

/** What the run says about one score. */
export interface ScoreVerdict {
  readonly algorithm: string;
  readonly score: string;
  /** The best model by its value; null where there is no value or the first two are equal. */
  readonly leader: string | null;
  /** The leader is better than every other model by a paired test. */
  readonly decided: boolean;
  /** `SmolLM2 is better`, `cannot tell` … */
  readonly ruling: string;
  /** The figures behind the ruling, one line a rival. */
  readonly evidence: readonly string[];
}

export interface Verdict {
  readonly headline: string;
  readonly scores: readonly ScoreVerdict[];
}

function figure(score: ScoreSummary): string {
  return `${formatScore(score.value)}${score.interval === null ? '' : ` (${formatInterval(score.interval)})`}`;
}

/** Candidate − baseline, both named, whoever leads. */
function pairText(leader: ScoreSummary, other: ScoreSummary, compared: Comparison | null): string {
  const values = `${leader.model} ${formatScore(leader.value)}, ${other.model} ${formatScore(other.value)}`;
  if (compared === null) return `${values}; no paired test`;
  const { candidate, baseline, difference, verdict, measure } = compared;
  const ends = shownInterval(compared);
  const interval = ends === null ? '' : ` (${formatInterval(ends)})`;
  const of = measure === undefined ? '' : ` in ${measure}`;
  const reason = verdict === 'better' || verdict === 'worse' || compared.reason === '' ? '' : `; ${compared.reason}`;
  return `${values}; ${candidate} − ${baseline}${of}: ${formatDifference(difference)}${interval}, ${pValueWords(compared)}${reason}`;
}

function rulingOf(leader: string, total: number, open: readonly string[], untested: boolean): string {
  if (open.length === 0) return `${leader} is ${total === 2 ? 'better' : 'best'}`;
  if (untested) return `${leader} leads, untested`;
  return total === 2 ? 'cannot tell' : `cannot tell ${joinWords([leader, ...open])} apart`;
}

function judgeScore(summary: Summary, ranked: readonly ScoreSummary[]): ScoreVerdict | null {
  const [first, second] = ranked;
  if (first === undefined) return null;
  const base = { algorithm: first.algorithm, score: first.score, decided: false };
  const leader = first.model;
  if (second === undefined) return { ...base, leader, ruling: figure(first), evidence: [plural(first.n, 'sample')] };
  if (first.value === second.value) {
    const equal = ranked.filter((score) => score.value === first.value).map((score) => score.model);
    const ruling =
      equal.length === 2 && summary.models.length === 2 ? 'no difference' : `${joinWords(equal)} are equal`;
    return { ...base, leader: null, ruling, evidence: [figure(first)] };
  }
  const pairs = ranked.slice(1).map((other) => ({
    other,
    facing: comparisonBetween(summary, first, leader, other.model),
    compared: comparedOf(summary, first, leader, other.model),
  }));
  const open = pairs.filter(({ facing }) => facing?.verdict !== 'better');
  const untested = open.some(({ facing }) => facing === null);
  return {
    ...base,
    leader,
    decided: open.length === 0,
    ruling: rulingOf(
      leader,
      ranked.length,
      open.map(({ other }) => other.model),
      untested,
    ),
    evidence: pairs.map(({ other, compared }) => pairText(first, other, compared)),
  };
}

function alone(summary: Summary, first: ScoreVerdict): string {
  return `${first.leader} reaches ${first.ruling} in ${first.score}, over ${first.evidence.join()} of ${summary.dataset.name}.`;
}

function headlineOf(summary: Summary, scores: readonly ScoreVerdict[]): string {
  const [first] = scores;
  const total = scores.length;
  const models = summary.models.map((model) => model.name);
  if (first === undefined) return `Nothing was scored on ${summary.dataset.name}.`;
  if (models.length === 1) return alone(summary, first);
  const wins = [
    ...groupBy(
      scores.filter((score) => score.decided),
      (score) => score.leader ?? '',
    ),
  ].sort((a, b) => b[1].length - a[1].length);
  const open = total - wins.reduce((sum, [, won]) => sum + won.length, 0);
  const all = total === 1 ? first.score : total === 2 ? 'both scores' : `all ${total} scores`;
  const [winner] = wins;
  if (winner === undefined)
    return `These samples cannot tell ${models.length > 3 ? `the ${models.length} models` : joinWords(models)} apart${total === 1 ? ` on ${all}` : ` on any of ${total} scores`}.`;
  const [name, won] = winner;
  const beats = models.length === 2 ? `better than ${models.find((other) => other !== name)}` : 'best';
  const rest = open === 0 ? '' : `; on ${open === 1 ? 'one' : open} these samples cannot tell`;
  if (wins.length > 1) {
    const parts = wins.map(
      ([model, its], i) =>
        `${model} is ${models.length === 2 ? 'better' : 'best'} on ${its.length}${i === 0 ? ` of ${total} scores` : ''}`,
    );
    return `No model is best throughout: ${joinWords(parts)}${rest}.`;
  }
  return `${name} is ${beats} on ${open === 0 ? all : `${won.length} of ${total} scores`}${rest}.`;
}

/** The run's decision in words: a model counts as better only where a paired test supports it. */
export function verdictOf(summary: Summary): Verdict {
  // Verdicts are for primary scores; where nothing says which they are, for all.
  const isMarked = summary.scores.some(({ spec }) => spec.primary === true);
  const overall = groupBy(
    summary.scores.filter(({ category, spec }) => category === null && (!isMarked || spec.primary === true)),
    (score) => `${score.algorithm}\n${score.score}`,
  );
  const scores = [...overall.values()]
    .map((group) => judgeScore(summary, rankByScore(group)))
    .filter((score) => score !== null);
  return { headline: headlineOf(summary, scores), scores };
}
