import {
  AssayError,
  type Bridge,
  bridgedScores,
  bridgeOver,
  type ComparableScore,
  openRun,
  otherJudges,
  ScoredRun,
  withoutOtherJudges,
} from '@assay/core';
import type { Side, Sides } from './sides.ts';

/**
 * Sides whose runs have one judge stay as they are. Of others the scores that judges give are left out and said so; with a
 * bridge the judge's score is compared through answers of the baseline that both judges judged.
 * @param bridge the run that holds those, as the user names it
 * @throws AssayError USAGE for a bridge that is none
 */
export async function compareAcrossJudges(
  sides: readonly Side[],
  runs: readonly ScoredRun[],
  shared: readonly ComparableScore[],
  bridge: string | undefined,
): Promise<Pick<Sides, 'sides' | 'scores' | 'notes' | 'bridge'>> {
  const [first, ...others] = runs;
  const judges = others.flatMap((run) => otherJudges(first!, run));
  const comparable = withoutOtherJudges(shared, judges);
  const left = judges.filter(({ algorithm }) => shared.some((score) => score.algorithm === algorithm));
  if (bridge === undefined) {
    const notes = left.map(({ why }) => `what the judges say is not compared: ${why}`);
    return { sides, scores: comparable, notes: [...new Set(notes)] };
  }
  if (sides.length !== 2 || runs.length !== 2)
    throw new AssayError('USAGE', `a bridge is for two models of two runs, and there are ${sides.length} sides`, {
      hint: 'Name one of each run with --baseline-model and --candidate-model.',
    });
  if (left.length === 0) throw new AssayError('USAGE', 'the runs have one judge, and need no bridge');
  return bridged([sides[0]!, sides[1]!], { comparable, shared, left, bridge });
}

interface Bridging {
  readonly comparable: readonly ComparableScore[];
  readonly shared: readonly ComparableScore[];
  readonly left: ReturnType<typeof otherJudges>;
  readonly bridge: string;
}

async function bridged(
  [before, after]: readonly [Side, Side],
  { comparable, shared, left, bridge }: Bridging,
): Promise<Pick<Sides, 'sides' | 'scores' | 'notes' | 'bridge'>> {
  const source = await openRun(bridge, undefined, { onDamage: 'refuse' });
  const run = new ScoredRun((await source.open()).view);
  const notes: string[] = [];
  const scores: ComparableScore[] = [...comparable];
  let sides: readonly [Side, Side] = [before, after];
  for (const { algorithm } of left) {
    const wanted = shared.find((each) => each.algorithm === algorithm && each.score === 'judge_score');
    if (wanted === undefined) continue;
    const key = `${algorithm}.judge_score`;
    const baseline = { rows: (await before.source.open()).view.rows, model: before.model };
    const found = await bridgeOver({ bridge: run, baseline, candidate: after.run.summary }, algorithm);
    if (typeof found === 'string')
      throw new AssayError('USAGE', `${bridge} is no bridge: ${found}`, {
        hint: 'Run the baseline’s config with the candidate’s judge on some of its samples.',
      });
    sides = withScores(sides, bridgedScores([sides[0].scores, sides[1].scores], found, wanted));
    scores.push({ ...wanted, from: 'aggregate' });
    notes.push(noteOn(key, bridge, found));
  }
  return { sides, scores, notes, bridge: { name: bridge, run } };
}

function withScores(
  [before, after]: readonly [Side, Side],
  [baseline, candidate]: ReturnType<typeof bridgedScores>,
): readonly [Side, Side] {
  return [
    { ...before, scores: baseline },
    { ...after, scores: candidate },
  ];
}

function noteOn(key: string, bridge: string, { scores, otherOutputs }: Bridge): string {
  const left =
    otherOutputs === 0 ? '' : `; ${otherOutputs} more do not count, for their answers are not the baseline’s`;
  return `${key} is compared across two judges by ${scores.size} answers of the baseline that both judged (${bridge})${left}`;
}
