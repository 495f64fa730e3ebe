import { move, transferableSymbol, valueSymbol } from 'piscina';
import { isAssayError } from '../errors/assay-error.ts';
import { scorePart } from './score-part.ts';
import type { FailedPart, ScoredPart, ScoreTask } from './score-task.ts';

/** Worker entry: scores one part of a dataset; what is to be written changes hands uncopied, an error of ours as plain data. */
export default async function scoreInWorker(task: ScoreTask): Promise<ScoredPart | FailedPart> {
  try {
    const result = await scorePart(task);
    const { buffer } = result.content;
    return move({ [transferableSymbol]: [buffer], [valueSymbol]: result } as never) as never;
  } catch (thrown) {
    if (isAssayError(thrown)) return { failed: thrown.toData() };
    throw thrown;
  }
}
