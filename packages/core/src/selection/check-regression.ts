import { holm } from '@assay/metrics';
import type { Gate } from '../config/parse-gate.ts';
import { type ComparableScore, comparableScores } from './compare-models.ts';
import { compareValues, fixedTest, type RawComparison } from './compare-score.ts';
import { type GateResult, gateFigure } from './gate-result.ts';
import type { ModelScores } from './model-scores.ts';
import { pairedValues, pairSamples } from './sample-pairs.ts';
import { scoredOtherwise } from './score-signatures.ts';
import type { ScoredRun } from './scored-run.ts';

type RegressionGate = Extract<Gate, { kind: 'regression' }>;

/**
 * Fails when the loss is larger than allowed beyond doubt: the whole interval of the difference lies past the limit, and
 * the paired test finds a difference too, its p-values adjusted by Holm over the scores that the gate looks at. A score
 * that was computed by other settings in the baseline fails: nothing can be said of it. A gate that names no score looks at
 * those that both runs have.
 */
export async function checkRegression(
  gate: RegressionGate,
  run: ScoredRun,
  model: string,
  baseline: ScoredRun,
  narrowed: ReadonlySet<string> | undefined,
): Promise<GateResult[]> {
  const ended = (passed: boolean, reason: string): GateResult => ({ gate: gate.text, model, passed, reason });
  const own = (await run.models()).get(model);
  const before = pickBaseline(await baseline.models(), model);
  if (own === undefined) return [ended(false, 'no sample of the model was scored')];
  if (before === undefined) return [ended(false, 'the baseline run has no such model')];
  const there = new Set(comparableScores(baseline.summary.scores).map(keyOf));
  const wanted = comparableScores(run.summary.scores).filter((score) =>
    gate.score === undefined ? narrowed?.has(keyOf(score)) !== false : gate.score === keyOf(score),
  );
  if (wanted.length === 0) return [ended(false, `the run has no ${gate.score ?? 'score'} of single samples`)];
  const shared = wanted.filter((score) => there.has(keyOf(score)));
  if (shared.length === 0) return [ended(false, `the baseline run has no ${wanted.map(keyOf).join(', ')}`)];
  const otherwise = new Map(
    shared.map((score) => [score, scoredOtherwise(baseline.summary, run.summary, keyOf(score))] as const),
  );
  const alike = shared.filter((score) => otherwise.get(score) === undefined);
  const compared = compareAll(gate, alike, before, own);
  const isEarly = run.summary.models.some(({ name, stop }) => name === model && stop?.decided === true);
  const caveat = isEarly
    ? '; the run stopped early by its score, and the test is for a number of samples fixed before'
    : '';
  return [
    ...compared.map(({ passed, reason }) => ended(passed, `${reason}${caveat}`)),
    ...[...otherwise.values()].filter((reason) => reason !== undefined).map((reason) => ended(false, reason)),
  ];
}

function keyOf({ algorithm, score }: ComparableScore): string {
  return `${algorithm}.${score}`;
}

function compareAll(
  gate: RegressionGate,
  scores: readonly ComparableScore[],
  before: ModelScores,
  own: ModelScores,
): Pick<GateResult, 'passed' | 'reason'>[] {
  const pairs = pairSamples(before, own);
  const compared = scores.map((score) => {
    const key = keyOf(score);
    const values = pairedValues(pairs, key, gate.category);
    return { key, raw: compareValues(values, score.spec, key, fixedTest(gate.confidence)) };
  });
  const adjusted = holm(compared.map(({ raw }) => raw.pValue));
  return compared.map(({ key, raw }, at) => {
    const isFound = adjusted[at]! <= 1 - gate.confidence + 1e-12;
    const isBeyond = -raw.gain.most > gate.maxRegression;
    return { passed: raw.n > 0 && !(isBeyond && isFound), reason: reasonOf(gate, key, raw, adjusted[at]!) };
  });
}

function reasonOf(
  { maxRegression, confidence, category }: RegressionGate,
  score: string,
  { n, interval, test, gain }: RawComparison,
  pValue: number,
): string {
  const where = category === null ? '' : ` in ${category}`;
  if (n === 0) return `no sample${where} has ${score} in both runs`;
  const [least, most] = [-gain.most, -gain.least];
  const range =
    interval === null
      ? ''
      : ` (${Number((100 * confidence).toPrecision(6))} % interval ${gateFigure(least)} … ${gateFigure(most)})`;
  const what = gain.mean < 0 ? `lost ${gateFigure(-gain.mean)}` : `gained ${gateFigure(Math.abs(gain.mean))}`;
  return `${score} ${what}${range} on ${n} samples${where}, at most ${maxRegression} lost allowed (${test}, p = ${gateFigure(pValue)})`;
}

/** The model of the same name; where the baseline has only one, that one. */
function pickBaseline(before: ReadonlyMap<string, ModelScores>, model: string): ModelScores | undefined {
  const only = before.size === 1 ? [...before.values()][0] : undefined;
  return before.get(model) ?? only;
}
