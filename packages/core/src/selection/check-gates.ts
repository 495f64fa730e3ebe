import { didYouMean } from '../config/did-you-mean.ts';
import type { Gate, Operator } from '../config/parse-gate.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import { checkRegression } from './check-regression.ts';
import { type GateResult, gateFigure } from './gate-result.ts';
import type { ScoredRun } from './scored-run.ts';

/** Opens the run that a regression gate compares with. */
export type OpenBaseline = (name: string | undefined) => Promise<ScoredRun>;

export interface CheckGatesOptions {
  /** Scores that a regression gate looks at which names none, as `algorithm.score`. @default all of single samples */
  readonly scores?: ReadonlySet<string> | undefined;
}

/** The same, each run opened and read once. */
export function openOnce(open: OpenBaseline): OpenBaseline {
  const opened = new Map<string | undefined, Promise<ScoredRun>>();
  return (name) => {
    const known = opened.get(name) ?? open(name);
    opened.set(name, known);
    return known;
  };
}

/**
 * Every gate against every model it is for; a gate that is for no model of the run fails.
 * @throws AssayError CONFIG_INVALID for a score that the run does not have
 */
export async function checkGates(
  gates: readonly Gate[],
  run: ScoredRun,
  openBaseline: OpenBaseline,
  options: CheckGatesOptions = {},
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  const baselineOf = openOnce(openBaseline);
  for (const gate of gates) {
    const wanted = run.summary.models.filter(({ name }) => gate.models?.includes(name) !== false);
    if (wanted.length === 0) {
      const known = run.summary.models.map(({ name }) => name).join(', ');
      const reason = `the run has no such model; it has ${known}`;
      results.push({ gate: gate.text, model: (gate.models ?? []).join(', '), passed: false, reason });
    }
    for (const { name, failure } of wanted) {
      if (failure !== undefined && gate.kind !== 'state') {
        const reason = `${name} was not brought to its end: ${failure.code} ${failure.message}`;
        results.push({ gate: gate.text, model: name, passed: false, reason });
      } else if (gate.kind === 'score') results.push(checkScore(gate, run.summary, name));
      else if (gate.kind === 'state') results.push(checkState(gate, run.summary, name));
      else results.push(...(await checkRegression(gate, run, name, await baselineOf(gate.baseline), options.scores)));
    }
  }
  return results;
}

function checkScore(gate: Extract<Gate, { kind: 'score' }>, { scores }: Summary, model: string): GateResult {
  const ended = (passed: boolean, reason: string): GateResult => ({ gate: gate.text, model, passed, reason });
  const rows = scores.filter((row) => row.model === model && `${row.algorithm}.${row.score}` === gate.score);
  if (rows.length === 0) throw unknownScore(gate.score, scores);
  const row = rows.find(({ category }) => category === gate.category);
  if (row === undefined) {
    const known = rows.flatMap(({ category }) => category ?? []);
    return ended(false, `no sample is in ${gate.category}; the categories are ${known.join(', ') || 'none'}`);
  }
  const found = boundOf(row, gate.bound);
  if (found === null)
    return ended(false, `${gate.score} has no ${gate.bound === 'value' ? 'value' : 'interval'} (n ${row.n})`);
  const passed = holds(found, gate.operator, gate.limit);
  const what = gate.bound === 'value' ? gate.score : `the ${gate.bound} end of ${gate.score}`;
  const required = `${passed ? 'as required' : 'required'} ${gate.operator} ${gate.limit}`;
  return ended(passed, `${what} is ${gateFigure(found)}, ${required} (n ${row.n})`);
}

function unknownScore(name: string, scores: readonly ScoreSummary[]): AssayError {
  const known = [...new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`))];
  const near = didYouMean(name, known);
  const hint = `It has: ${known.join(', ')}.`;
  return new AssayError('CONFIG_INVALID', `a gate names ${name}, which the run does not have`, {
    hint: near === undefined ? hint : `Did you mean ${near}? ${hint}`,
  });
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
