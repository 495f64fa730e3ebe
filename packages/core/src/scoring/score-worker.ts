import { move, transferableSymbol, valueSymbol } from 'piscina';
import { scorePart } from './score-part.ts';
import type { ScoredPart, ScoreTask } from './score-task.ts';

/** Worker entry: scores one part of a dataset; the journal lines change hands uncopied. */
export default async function scoreInWorker(task: ScoreTask): Promise<ScoredPart> {
  const result = await scorePart(task);
  const { buffer } = result.lines;
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: result } as never) as never;
}
