import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreFigures } from '../../src/run-page/score-figures.ts';

/** Primary scores that repeat no other. */
export function leadScores({ scores }: Pick<RunPage, 'scores'>): ScoreFigures[] {
  return scores.filter(({ isPrimary, alike }) => isPrimary && alike === null);
}

/** What is no lead score: near-duplicates, and what the run calls further scores. */
export function furtherScores({ scores }: Pick<RunPage, 'scores'>): ScoreFigures[] {
  return scores.filter(({ isPrimary, alike }) => !isPrimary || alike !== null);
}

/** How many scores a score stands for beside itself. */
export function alikeOf({ scores }: Pick<RunPage, 'scores'>, key: string): ScoreFigures[] {
  return scores.filter(({ alike }) => alike === key);
}

/** Scores whose names are used by several algorithms need the algorithm's name, too. */
export function needsAlgorithm({ scores }: Pick<RunPage, 'scores'>, { score }: Pick<ScoreFigures, 'score'>): boolean {
  return scores.filter((other) => other.score === score).length > 1;
}
