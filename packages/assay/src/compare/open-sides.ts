import { basename, resolve } from 'node:path';
import {
  AssayError,
  alignRuns,
  type ComparableScore,
  damageText,
  findRun,
  type ModelCost,
  type ModelScores,
  openRun,
  type RunSource,
  runCosts,
  type ScoredRun,
  scoredOtherwise,
  sharedScores,
} from '@assay/core';
import { readRunPrices } from '../runs/read-run-config.ts';
import type { Side, SideDamage, Sides } from './sides.ts';

export interface SideOptions {
  readonly score?: string | undefined;
  readonly baselineModel?: string | undefined;
  readonly candidateModel?: string | undefined;
  /** Models of each run that are sides, in the order of the runs, in place of the two above. */
  readonly models?: readonly (readonly string[])[] | undefined;
  /** A run in which the candidate's judge judged answers of the baseline, for runs with different judges. */
  readonly bridge?: string | undefined;
  /** Compares what is left of a damaged run, and says so. @default it is refused */
  readonly acceptDamage?: boolean | undefined;
}

/**
 * Every model of every run, or those that options pick. What different judges say is left out, unless a bridge makes it
 * comparable.
 * @throws AssayError USAGE, RUN_NOT_FOUND, DATASET_SYNTAX
 */
export async function openSides(names: readonly string[], options: SideOptions): Promise<Sides> {
  const sources: RunSource[] = [];
  const onDamage = options.acceptDamage === true ? 'tell' : 'refuse';
  for (const name of names) sources.push(await openRun(name, undefined, { onDamage }));
  const aligned = await alignRuns(sources);
  const { runs } = aligned;
  const found: Side[] = [];
  for (const [at, run] of runs.entries()) {
    for (const [model, scores] of pickModels(await run.models(), wantedOf(at, names.length, options), names[at]!)) {
      found.push({ name: names[at]!, source: sources[at]!, run: await run.only(model), model, scores });
    }
  }
  if (found.length < 2) {
    throw new AssayError('USAGE', 'a comparison needs two sides, and there is one model of one run', {
      hint: 'Name another run: assay compare BASELINE CANDIDATE.',
    });
  }
  const labels = labelsOf(found);
  const named = found.map((side, at) => ({ ...side, scores: { ...side.scores, model: labels[at]! } }));
  const shared = sharedScores(
    runs.map(({ summary }) => summary),
    options.score,
  );
  const { compareAcrossJudges } = await import('./compare-across-judges.ts');
  const { sides, scores, notes, bridge } = await compareAcrossJudges(named, runs, shared, options.bridge);
  if (scores.length === 0) throw shared.length === 0 ? noScore(runs, options.score) : otherJudge(notes);
  const damage = damageOf(names, runs);
  const told = damage.map(({ run, what }) => `${run} is damaged, and compared by what is left: ${what}`);
  const all = [...told, ...aligned.notes, ...notes, ...notesOn(runs, scores)];
  return { sides, scores, notes: all, damage, ...(bridge === undefined ? {} : { bridge }) };
}

function damageOf(names: readonly string[], runs: readonly ScoredRun[]): SideDamage[] {
  return runs.flatMap(({ damage }, at) =>
    damage === undefined ? [] : [{ run: names[at]!, what: damageText(damage) }],
  );
}

/** Models of a run that options pick, the baseline first; of one run alone both options are for it. */
function wantedOf(
  at: number,
  runs: number,
  { baselineModel, candidateModel, models }: SideOptions,
): readonly (string | undefined)[] {
  if (models !== undefined) return models[at] ?? [];
  if (runs === 1 && baselineModel !== undefined) return [baselineModel, candidateModel];
  return [at === 0 && runs > 1 ? baselineModel : candidateModel];
}

/** The models named, `undefined` for all that are not named. */
function pickModels(
  models: ReadonlyMap<string, ModelScores>,
  wanted: readonly (string | undefined)[],
  run: string,
): [string, ModelScores][] {
  return wanted.flatMap((name): [string, ModelScores][] => {
    if (name === undefined) return [...models].filter(([model]) => !wanted.includes(model));
    const found = models.get(name);
    if (found !== undefined) return [[name, found]];
    throw new AssayError('USAGE', `${resolve(run)} holds no model "${name}"`, {
      hint: `It holds: ${[...models.keys()].join(', ')}.`,
    });
  });
}

/** Names that tell sides apart: the model's; with its run, and a number, where others have the same. */
function labelsOf(sides: readonly Side[]): string[] {
  const isAlone = (names: readonly string[], name: string) => names.filter((each) => each === name).length === 1;
  const models = sides.map(({ model }) => model);
  const names = new Set(sides.map(({ name }) => name));
  const folders = new Map([...names].map((name) => [name, basename(resolve(name))]));
  // A folder's own name is enough where no other run has it.
  const isClear = new Set(folders.values()).size === names.size;
  const runOf = (name: string) => (isClear ? folders.get(name)! : name);
  const inRuns = sides.map(({ model, name }) => (isAlone(models, model) ? model : `${model} (${runOf(name)})`));
  return inRuns.map((label, at) =>
    isAlone(inRuns, label) ? label : `${label} #${inRuns.slice(0, at + 1).filter((each) => each === label).length}`,
  );
}

function noScore(runs: readonly ScoredRun[], wanted: string | undefined): AssayError {
  const known = sharedScores(runs.map(({ summary }) => summary)).map(({ algorithm, score }) => `${algorithm}.${score}`);
  return new AssayError('USAGE', `no score ${wanted ?? ''} on every side`, {
    hint: known.length === 0 ? 'The runs share no score.' : `All have: ${known.join(', ')}.`,
  });
}

function otherJudge(notes: readonly string[]): AssayError {
  return new AssayError('USAGE', notes.join('; ') || 'the runs have different judges', { hint: BRIDGE_HINT });
}

const BRIDGE_HINT =
  'Judge both runs by one judge (answers come from the cache), or name a run with --bridge in which the candidate’s judge judged answers of the baseline.';

function notesOn([first, ...others]: readonly ScoredRun[], scores: readonly ComparableScore[]): string[] {
  const notes = new Set<string>();
  for (const { summary } of others) {
    for (const { algorithm, score } of scores) {
      const otherwise = scoredOtherwise(first!.summary, summary, `${algorithm}.${score}`);
      if (otherwise !== undefined) notes.add(otherwise);
    }
  }
  if ([first!, ...others].some(({ summary }) => summary.models.some(({ stop }) => stop?.decided === true))) {
    notes.add('a run stopped early by its score: intervals and verdicts are the wider ones that hold at any stop');
  }
  return [...notes];
}

/** What a side's answers cost by the prices of its own config; undefined for another tool's run. */
export async function costOfSide(
  { name, source, run, model }: Side,
  note: (text: string) => void = () => {},
): Promise<ModelCost | undefined> {
  if (source.tool !== 'assay') return undefined;
  const prices = await readRunPrices(findRun(name), note);
  return runCosts(run.summary, prices).find((cost) => cost.model === model);
}
