import type { ScoreOutcome } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { Failed } from '../runner/runner.ts';
import type { HelperDesk } from '../scoring/helper-desk.ts';
import { reduceRepeats } from '../scoring/reduce-repeats.ts';
import { scoreOne } from '../scoring/score-sample.ts';
import { answersFor, type SampleWork } from './sample-work.ts';

export interface WorkOutcome {
  /** By algorithm label. */
  readonly outcomes: Record<string, ScoreOutcome>;
  /** The first failure that cost an algorithm an answer. */
  readonly failure: Pick<Failed, 'state' | 'error'> | undefined;
}

/** Scores a sample that has all its answers: each repeat by itself, then reduced. */
export async function scoreWork(
  work: SampleWork,
  instances: readonly AlgorithmInstance[],
  helpers: HelperDesk,
  reducer: string,
  stages: StageClock,
): Promise<WorkOutcome> {
  let failure: WorkOutcome['failure'];
  const scoreRepeat = async (instance: AlgorithmInstance, repeat: number): Promise<ScoreOutcome> => {
    const answers = answersFor(work, instance.label, repeat);
    if ('failed' in answers) {
      failure ??= answers.failed;
      return { unscored: answers.failed.state };
    }
    const helped = await helpers.answersFor(instance, work.sample, answers, { keys: work.helperKeys, stages });
    return stages.score(() => scoreOne(instance, work.sample, answers, helped));
  };
  const all = await Promise.all(
    instances.map(async (instance): Promise<readonly [string, ScoreOutcome]> => {
      const unaskable = work.unaskable.get(instance.label);
      if (unaskable !== undefined) return [instance.label, unaskable];
      const repeats = work.keys.get(instance.label) ?? [];
      const outcomes = await Promise.all(repeats.map((_, repeat) => scoreRepeat(instance, repeat)));
      return [instance.label, reduceRepeats(outcomes, reducer, instance.scores)];
    }),
  );
  return { outcomes: Object.fromEntries(all), failure };
}
