import { AssayError, type ComparableScore, openRun, type ScoredRun, scoredOtherwise } from '@assay/core';
import {
  type Bridge,
  bridgedScores,
  bridgeOf,
  type OtherJudge,
  otherJudges,
  withoutOtherJudges,
} from './bridged-judges.ts';
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
): Promise<Pick<Sides, 'sides' | 'scores' | 'notes'>> {
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
  readonly left: readonly OtherJudge[];
  readonly bridge: string;
}

async function bridged(
  [before, after]: readonly [Side, Side],
  { comparable, shared, left, bridge }: Bridging,
): Promise<Pick<Sides, 'sides' | 'scores' | 'notes'>> {
  const source = await openRun(bridge, undefined, { onDamage: 'refuse' });
  const { view } = await source.open();
  const notes: string[] = [];
  const scores: ComparableScore[] = [...comparable];
  let sides: readonly [Side, Side] = [before, after];
  for (const { algorithm } of left) {
    const wanted = shared.find((each) => each.algorithm === algorithm && each.score === 'judge_score');
    if (wanted === undefined) continue;
    const key = `${algorithm}.judge_score`;
    const other = scoredOtherwise(view.summary, after.run.summary, key);
    const isThere = view.summary.scores.some((each) => each.algorithm === algorithm && each.score === 'judge_score');
    if (other !== undefined || !isThere)
      throw new AssayError('USAGE', `${bridge} is no bridge: ${other ?? `it has no ${key}`}`, {
        hint: 'Run the baseline’s config with the candidate’s judge on some of its samples.',
      });
    const models = [before.model, modelOf(view.summary.models, before.model, bridge)] as const;
    const rows = (await before.source.open()).view.rows;
    const found = await bridgeOf(rows, view.rows, models, key);
    sides = withScores(sides, bridgedScores([sides[0].scores, sides[1].scores], found, wanted));
    scores.push({ ...wanted, from: 'aggregate' });
    notes.push(noteOn(key, bridge, found));
  }
  return { sides, scores, notes };
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

/** The model of that name; where the bridge has one alone, that one. */
function modelOf(models: readonly { readonly name: string }[], name: string, bridge: string): string {
  const found = models.find((model) => model.name === name) ?? (models.length === 1 ? models[0] : undefined);
  if (found !== undefined) return found.name;
  throw new AssayError('USAGE', `${bridge} is no bridge: it holds no model "${name}"`);
}
