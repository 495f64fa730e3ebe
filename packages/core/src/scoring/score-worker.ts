import { move, transferableSymbol, valueSymbol } from 'piscina';
import { scoreRange } from './score-range.ts';
import type { ScoredRange, ScoreTask } from './score-task.ts';

/** Worker entry: scores one byte range of a dataset, whose text never crosses threads; the journal lines change hands uncopied. */
export default async function scoreInWorker(task: ScoreTask): Promise<ScoredRange> {
  const result = await scoreRange(task);
  const { buffer } = result.lines;
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: result } as never) as never;
}
