import { isRecord } from '../datasets/row-batch.ts';
import { parsedJson } from './json-checks.ts';
import { judged, type ReplyCheck, textOf } from './reply-check.ts';

/** Labels of a classifier that answers with JSON, on the output itself. */
export const classifier: ReplyCheck = {
  threshold: 1,
  asks: (asked) => [judged(asked, 'c', asked.output)],
  score: ({ check }, said) => {
    const text = textOf(said('c'));
    if (text === undefined) return 'judge_failed';
    const labels = labelScores(parsedJson(text)?.json);
    if (labels === undefined) return 'judge_unparseable';
    return check.value === undefined ? Math.max(0, ...labels.values()) : (labels.get(String(check.value)) ?? 0);
  },
};

/** The best score of each label in a list of labels, or of parts of the text that have one. */
function labelScores(answer: unknown): ReadonlyMap<string, number> | undefined {
  if (!Array.isArray(answer)) return undefined;
  const scores = new Map<string, number>();
  for (const found of answer.flat() as unknown[]) {
    if (!isRecord(found) || typeof found.score !== 'number') return undefined;
    const label = String(found.label ?? found.entity_group);
    scores.set(label, Math.max(scores.get(label) ?? 0, found.score));
  }
  return scores;
}
