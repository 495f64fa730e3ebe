import type { Gate } from '../config/parse-gate.ts';
import type { Comparison } from '../results/summary.ts';
import { bridgedScores, bridgeOver, isByLabels, JUDGED, otherJudges } from './bridged-judges.ts';
import { type ComparableScore, comparableScores, scoreKey } from './comparable-scores.ts';
import { compareModels } from './compare-models.ts';
import { type GateResult, gateFigure } from './gate-result.ts';
import type { ModelScores } from './model-scores.ts';
import { pairSamples, type SamplePairs, withinCategory } from './sample-pairs.ts';
import { scoredOtherwise } from './score-signatures.ts';
import type { ScoredRun } from './scored-run.ts';

type RegressionGate = Extract<Gate, { kind: 'regression' }>;

export interface RegressionOptions {
  /** Scores that a gate looks at which names none, as `algorithm.score`. @default the primary ones */
  readonly narrowed?: ReadonlySet<string> | undefined;
  /** The run that the gate calls its bridge; undefined where it is not there. */
  readonly bridge?: ScoredRun | undefined;
}

/**
 * Whether the model is not worse than the baseline by more than the gate allows: passed where the whole interval of the
 * paired difference lies above that loss, failed where it lies beyond, else inconclusive. Each score is held against its
 * own interval, so that what passes does not hang on how many scores are looked at. A gate that names no score looks at the
 * primary ones that both runs have. What cannot be compared is inconclusive, never passed; what different judges say is
 * compared over a bridge.
 */
export async function checkRegression(
  gate: RegressionGate,
  run: ScoredRun,
  model: string,
  baseline: ScoredRun,
  { narrowed, bridge }: RegressionOptions = {},
): Promise<GateResult[]> {
  const open = (reason: string): GateResult => ({ gate: gate.text, model, status: 'inconclusive', reason });
  const own = (await run.models()).get(model);
  const found = pickBaseline(await baseline.models(), model);
  if (own === undefined) return [open('no sample of the model was scored')];
  if (found === undefined) return [open('the baseline run has no such model')];
  const [before, name] = found;
  const wanted = comparableScores(run.summary.scores).filter((score) => isWanted(score, gate, narrowed));
  if (wanted.length === 0) return [open(`the run has no ${gate.score ?? 'score'} that can be compared`)];
  const there = new Set(comparableScores(baseline.summary.scores).map(scoreKey));
  const sides = [{ ...before, model: name }, own] as const;
  const judges = otherJudges(baseline, run);
  const results: GateResult[] = [];
  for (const score of wanted) {
    const key = scoreKey(score);
    if (!there.has(key)) {
      // A score that the gate names must be there; of those that it does not name, both runs' count.
      if (gate.score !== undefined) results.push(open(`the baseline run has no ${key}`));
      continue;
    }
    const otherwise = isByLabels(score, judges) ? undefined : scoredOtherwise(baseline.summary, run.summary, key);
    const isJudged = score.score === JUDGED && judges.some(({ algorithm }) => algorithm === score.algorithm);
    const compared =
      otherwise === undefined
        ? compare(gate, pairSamples(...sides), score)
        : isJudged
          ? await compareOver(gate, { bridge, baseline, candidate: run }, [before.model, ...sides], score, otherwise)
          : otherwise;
    if (typeof compared === 'string') results.push(open(compared));
    else results.push({ gate: gate.text, model, ...judge(gate, score, compared) });
  }
  return results;
}

/** @returns in words, why not */
function compare({ category, confidence }: RegressionGate, pairs: SamplePairs, score: ComparableScore) {
  const [compared] = compareModels(within(pairs, category), [score], { confidence });
  return compared ?? `${scoreKey(score)} cannot be compared: no method is known for it`;
}

interface RunsOfGate {
  readonly bridge: ScoredRun | undefined;
  readonly baseline: ScoredRun;
  readonly candidate: ScoredRun;
}

/** What different judges say, over a run in which the candidate's judged answers of the baseline. */
async function compareOver(
  gate: RegressionGate,
  { bridge, baseline, candidate }: RunsOfGate,
  [model, before, after]: readonly [model: string, before: ModelScores, after: ModelScores],
  score: ComparableScore,
  otherwise: string,
): Promise<Comparison | string> {
  if (gate.bridge === undefined)
    return `${otherwise}; two judges are compared over a bridge: \`${gate.text} bridged by RUN\` (docs/judges.md)`;
  if (bridge === undefined) return `the bridge ${gate.bridge} does not exist yet`;
  const sides = { bridge, baseline: { rows: baseline.rows, model }, candidate: candidate.summary };
  const found = await bridgeOver(sides, score.algorithm);
  if (typeof found === 'string') return `${gate.bridge} is no bridge: ${found}`;
  const pairs = pairSamples(...bridgedScores([before, after], found, score));
  return compare(gate, pairs, { ...score, from: 'aggregate' });
}

function isWanted(score: ComparableScore, gate: RegressionGate, narrowed: ReadonlySet<string> | undefined): boolean {
  if (gate.score !== undefined) return gate.score === scoreKey(score);
  return narrowed === undefined ? score.spec.primary === true : narrowed.has(scoreKey(score));
}

function within(pairs: SamplePairs, category: string | null): SamplePairs {
  return category === null ? pairs : withinCategory(pairs, category);
}

function judge(
  { maxRegression, category }: RegressionGate,
  { spec }: ComparableScore,
  compared: Comparison,
): Pick<GateResult, 'status' | 'reason'> {
  const { algorithm, score, n, interval, difference, confidence, measure, baseline } = compared;
  const where = category === null ? '' : ` in ${category}`;
  const key = `${algorithm}.${score}`;
  if (n === 0) return { status: 'inconclusive', reason: `no sample${where} has ${key} in both runs` };
  if (interval === null) {
    const why = compared.test === 'none' ? `${compared.reason}${where}` : `too few samples${where} to compare`;
    return { status: 'inconclusive', reason: `${key}: ${why} (n ${n})` };
  }
  const allowed = maxRegression ?? spec.margin ?? 0;
  const sign = spec.better === 'higher' ? 1 : -1;
  const [least, most] = sign > 0 ? interval : ([-interval[1], -interval[0]] as const);
  const status = least > -allowed ? 'passed' : most < -allowed ? 'failed' : 'inconclusive';
  const percent = Number((100 * confidence).toPrecision(6));
  const what = measure === undefined ? key : `${key} (${measure})`;
  const figures = `${gateFigure(difference, true)} (${percent} % interval ${gateFigure(interval[0], true)} … ${gateFigure(interval[1], true)})`;
  const limit = `not worse by more than ${allowed}`;
  const wanting = status === 'passed' ? `${limit}, as required` : `${limit} required`;
  const told = status === 'inconclusive' ? inconclusive(least, allowed) : '';
  return { status, reason: `${what}, this run − ${baseline}: ${figures} on ${n} samples${where}; ${wanting}${told}` };
}

function inconclusive(least: number, allowed: number): string {
  const loss = `; a loss of ${gateFigure(-least)} cannot be excluded`;
  return allowed === 0 ? `${loss}: say how much loss you accept (\`<= 0.02\`), or ask more samples` : loss;
}

/** The model of the same name; where the baseline has only one, that one. */
function pickBaseline(
  before: ReadonlyMap<string, ModelScores>,
  model: string,
): readonly [ModelScores, string] | undefined {
  const found = before.get(model) ?? (before.size === 1 ? [...before.values()][0] : undefined);
  return found === undefined ? undefined : [found, found.model === model ? 'baseline' : found.model];
}
