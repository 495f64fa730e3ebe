import { type IndependentSide, independentDifference, Moments, momentsByKey } from '@assay/metrics';
import type { AuditFigure } from '@assay/report';
import type { JudgedRow, RunJudge } from './judged-rows.ts';

/** What a judge and people said of an answer, in [0, 1], and whether the judge's own model gave it. */
interface OwnedAnswer {
  readonly sample: string;
  readonly isOwn: boolean;
  readonly score: number;
  readonly label: number;
}

/**
 * Self-preference as a lack of equal opportunity: of answers that people hold best, the judge's mean score of its own
 * model's − that of others'. Answers of one label are held against one another, so that a judge that is kind to all, or
 * whose model answers better, shows none.
 * @param ownModels names under which the judge's own model stands in the run
 * @returns null where the run has not both kinds
 * @see https://arxiv.org/abs/2410.21819 (Wataoka, Takahashi, Ri 2024: the measure, of comparisons)
 * @see https://arxiv.org/abs/2504.03846 (answers that are wrong: the harmful part)
 */
export function selfPreference(judge: RunJudge, ownModels: ReadonlySet<string>): SelfPreference {
  const answers = ownedAnswers(judge, ownModels);
  const isCompared = modeOf(judge) === 'compare';
  return {
    selfPreference: gapAt(1, answers),
    selfExcuse: isCompared ? null : gapAt(0, answers),
  };
}

export interface SelfPreference {
  readonly selfPreference: AuditFigure | null;
  readonly selfExcuse: AuditFigure | null;
}

interface ComparedWith {
  readonly mode?: string;
  readonly against?: string | { readonly model?: string };
}

function modeOf({ instance }: RunJudge): string | undefined {
  return (instance.options as ComparedWith).mode;
}

function ownedAnswers(judge: RunJudge, ownModels: ReadonlySet<string>): OwnedAnswer[] {
  const { against } = judge.instance.options as ComparedWith;
  const other = typeof against === 'object' ? against.model : undefined;
  const labelled = judge.rows.filter((row): row is JudgedRow & { label: number } => row.label !== undefined);
  if (modeOf(judge) !== 'compare')
    return labelled.map(({ model, sample, score, label }) => ({ sample, isOwn: ownModels.has(model), score, label }));
  return labelled.flatMap(({ model, sample, score, label }) => {
    const isOwn = ownModels.has(model);
    // A comparison judges two answers. Of two of its own, or of none, it says nothing here.
    if (isOwn === (other !== undefined && ownModels.has(other))) return [];
    return [
      { sample, isOwn, score, label },
      { sample, isOwn: !isOwn, score: 1 - score, label: 1 - label },
    ];
  });
}

/** Of answers with one label: the mean score of own ones − that of others. */
function gapAt(label: 0 | 1, answers: readonly OwnedAnswer[]): AuditFigure | null {
  const alike = answers.filter((answer) => Math.abs(answer.label - label) < 1e-9);
  const side = (isOwn: boolean): IndependentSide => {
    const found = alike.filter((answer) => answer.isOwn === isOwn);
    const scores = found.map(({ score }) => score);
    return {
      scores: Moments.of(scores),
      // Several models' answers to one question are liked or disliked together.
      clusters: momentsByKey(
        scores,
        found.map(({ sample }) => sample),
      ),
    };
  };
  const gap = independentDifference(side(false), side(true));
  return gap === null ? null : { value: gap.difference, n: gap.n, interval: gap.interval() };
}
