import { holm } from '@assay/metrics';
import { AssayError } from '../errors/assay-error.ts';
import type { RunView, ScoreSummary, Summary } from '../results/summary.ts';
import { gatherScores, type ModelScores, pairedValues } from './aligned-scores.ts';
import { comparableScores } from './compare-models.ts';
import { compareValues, type RawComparison } from './compare-score.ts';
import type { Gate, Operator } from './parse-gate.ts';

/** How one gate ended for one model. */
export interface GateResult {
  readonly gate: string;
  readonly model: string;
  readonly passed: boolean;
  readonly reason: string;
}

/** Opens the run that a regression gate compares with. */
export type OpenBaseline = (name: string | undefined) => Promise<RunView>;

/** Every gate against every model it is for. @throws AssayError CONFIG_INVALID for a score that the run does not have */
export async function checkGates(
  gates: readonly Gate[],
  run: RunView,
  openBaseline: OpenBaseline,
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  const regressions = gates.filter((gate) => gate.kind === 'regression');
  const own = regressions.length > 0 ? await gatherScores(run.rows) : new Map<string, ModelScores>();
  for (const gate of gates) {
    const baseline = gate.kind === 'regression' ? await openBaseline(gate.baseline) : undefined;
    const before = baseline === undefined ? undefined : await gatherScores(baseline.rows);
    for (const { name, failure } of run.summary.models) {
      if (gate.models !== undefined && !gate.models.includes(name)) continue;
      if (failure !== undefined && gate.kind !== 'state') {
        const reason = `${name} was not brought to its end: ${failure.code} ${failure.message}`;
        results.push({ gate: gate.text, model: name, passed: false, reason });
      } else if (gate.kind === 'score') results.push(checkScore(gate, run.summary, name));
      else if (gate.kind === 'state') results.push(checkState(gate, run.summary, name));
      else results.push(...checkRegression(gate, run.summary, name, own.get(name), pickBaseline(before!, name)));
    }
  }
  return results;
}

function checkScore(gate: Extract<Gate, { kind: 'score' }>, summary: Summary, model: string): GateResult {
  const rows = summary.scores.filter((row) => row.model === model && row.category === gate.category);
  const row = rows.find(({ algorithm, score }) => `${algorithm}.${score}` === gate.score);
  if (row === undefined) {
    throw new AssayError('CONFIG_INVALID', `a gate names ${gate.score}, which the run does not have`, {
      hint: `It has: ${rows.map(({ algorithm, score }) => `${algorithm}.${score}`).join(', ')}.`,
    });
  }
  const found = boundOf(row, gate.bound);
  if (found === null)
    return {
      gate: gate.text,
      model,
      passed: false,
      reason: `${gate.score} has no ${gate.bound === 'value' ? 'value' : 'interval'} (n ${row.n})`,
    };
  const passed = holds(found, gate.operator, gate.limit);
  const what = gate.bound === 'value' ? gate.score : `the ${gate.bound} end of ${gate.score}`;
  return {
    gate: gate.text,
    model,
    passed,
    reason: `${what} is ${figure(found)}, ${passed ? 'as required' : 'required'} ${gate.operator} ${gate.limit} (n ${row.n})`,
  };
}

function boundOf(row: ScoreSummary, bound: 'value' | 'lower' | 'upper'): number | null {
  if (bound === 'value') return row.value;
  return row.interval === null ? null : row.interval[bound === 'lower' ? 0 : 1];
}

function checkState(gate: Extract<Gate, { kind: 'state' }>, summary: Summary, model: string): GateResult {
  const { states } = summary.models.find(({ name }) => name === model)!;
  const count = states[gate.state];
  const total = Object.values(states).reduce((sum, each) => sum + each, 0);
  // Limits below 1 are shares; 0 means none either way.
  const isShare = gate.limit > 0 && gate.limit < 1;
  const passed = holds(isShare ? count / Math.max(1, total) : count, gate.operator, gate.limit);
  return {
    gate: gate.text,
    model,
    passed,
    reason: `${count} of ${total} samples ${gate.state.replace('_', ' ')}, ${passed ? 'as required' : 'required'} ${gate.operator} ${gate.limit}`,
  };
}

/**
 * Fails when the loss is larger than allowed beyond doubt: the whole interval of the difference lies past the limit, and
 * the paired test finds a difference too, its p-values adjusted by Holm over the scores that the gate looks at.
 */
function checkRegression(
  gate: Extract<Gate, { kind: 'regression' }>,
  summary: Summary,
  model: string,
  own: ModelScores | undefined,
  before: ModelScores | undefined,
): GateResult[] {
  if (own === undefined || before === undefined)
    return [{ gate: gate.text, model, passed: false, reason: 'the baseline run has no such model' }];
  const scores = comparableScores(summary.scores).filter(
    ({ algorithm, score }) => gate.score === undefined || gate.score === `${algorithm}.${score}`,
  );
  if (scores.length === 0)
    return [
      { gate: gate.text, model, passed: false, reason: `the run has no ${gate.score ?? 'score'} of single samples` },
    ];
  const compared = scores.map(({ algorithm, score, spec }) => {
    const key = `${algorithm}.${score}`;
    return { key, spec, raw: compareValues(pairedValues(before, own, key), spec, key, gate.confidence) };
  });
  const adjusted = holm(compared.map(({ raw }) => raw.pValue));
  const isEarly = summary.models.some(({ name, stop }) => name === model && stop?.decided === true);
  const caveat = isEarly
    ? '; the run stopped early by its score, and the test is for a number of samples fixed before'
    : '';
  return compared.map(({ key, spec, raw }, at) => {
    const loss = lossOf(raw, spec);
    const isFound = adjusted[at]! <= 1 - gate.confidence + 1e-12;
    const passed = raw.n > 0 && !(loss.least > gate.maxRegression && isFound);
    const reason = regressionReason(gate, key, raw, loss, adjusted[at]!);
    return { gate: gate.text, model, passed, reason: `${reason}${caveat}` };
  });
}

function regressionReason(
  { maxRegression, confidence }: Extract<Gate, { kind: 'regression' }>,
  score: string,
  { n, interval, test }: RawComparison,
  loss: ReturnType<typeof lossOf>,
  pValue: number,
): string {
  if (n === 0) return `no sample has ${score} in both runs`;
  const range =
    interval === null
      ? ''
      : ` (${Number((100 * confidence).toPrecision(6))} % interval ${figure(loss.least)} … ${figure(loss.most)})`;
  const what = loss.mean > 0 ? `lost ${figure(loss.mean)}` : `gained ${figure(Math.abs(loss.mean))}`;
  return `${score} ${what}${range} on ${n} samples, at most ${maxRegression} lost allowed (${test}, p = ${figure(pValue)})`;
}

/** How much worse the candidate is: positive for a loss, with the ends of its interval. */
function lossOf(
  { difference, interval, baselineMean, candidateMean }: RawComparison,
  { better }: ScoreSummary['spec'],
): { readonly mean: number; readonly least: number; readonly most: number } {
  const [low, high] = interval ?? [difference, difference];
  if (better === 'higher') return { mean: -difference, least: -high, most: -low };
  if (better === 'lower') return { mean: difference, least: low, most: high };
  const mean = Math.abs(candidateMean - better.target) - Math.abs(baselineMean - better.target);
  const half = (high - low) / 2;
  return { mean, least: mean - half, most: mean + half };
}

/** The model of the same name; where the baseline has only one, that one. */
function pickBaseline(before: ReadonlyMap<string, ModelScores>, model: string): ModelScores | undefined {
  const only = before.size === 1 ? [...before.values()][0] : undefined;
  return before.get(model) ?? only;
}

function holds(found: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '>=':
      return found >= limit;
    case '>':
      return found > limit;
    case '<=':
      return found <= limit;
    case '<':
      return found < limit;
    default:
      return found === limit;
  }
}

function figure(value: number): string {
  return value.toFixed(3);
}
