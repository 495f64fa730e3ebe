import { didYouMean } from '../config/did-you-mean.ts';
import type { Gate, Operator } from '../config/parse-gate.ts';
import { AssayError } from '../errors/assay-error.ts';
import { NO_INTERVAL } from '../results/interval-words.ts';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import { checkRegression } from './check-regression.ts';
import { correctedRow } from './corrected-row.ts';
import { type GateResult, type GateStatus, gateFigure } from './gate-result.ts';
import type { ScoredRun } from './scored-run.ts';

/** Opens the run that a regression gate compares with or over; undefined where there is none yet. */
export type OpenBaseline = (name: string | undefined) => Promise<ScoredRun | undefined>;

export interface CheckGatesOptions {
  /** Scores that a regression gate looks at which names none, as `algorithm.score`. @default the primary ones */
  readonly scores?: ReadonlySet<string> | undefined;
}

/** The same, each run opened and read once. */
export function openOnce(open: OpenBaseline): OpenBaseline {
  const opened = new Map<string | undefined, ReturnType<OpenBaseline>>();
  return (name) => {
    const known = opened.get(name) ?? open(name);
    opened.set(name, known);
    return known;
  };
}

/**
 * Every gate against every model it is for; a gate that is for no model of the run is inconclusive.
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
      // Nothing was looked at: the gate says nothing, and may not pass for that.
      const known = run.summary.models.map(({ name }) => name).join(', ');
      const reason = `the run has no such model; it has ${known}`;
      results.push({ gate: gate.text, model: (gate.models ?? []).join(', '), status: 'inconclusive', reason });
    }
    for (const { name, failure } of wanted) {
      if (failure !== undefined && gate.kind !== 'state') {
        const reason = `${name} was not finished: ${failure.code} ${failure.message}`;
        results.push({ gate: gate.text, model: name, status: 'inconclusive', reason });
      } else if (gate.kind === 'score') results.push(checkScore(gate, run.summary, name));
      else if (gate.kind === 'state') results.push(checkState(gate, run.summary, name));
      else {
        const baseline = await baselineOf(gate.baseline);
        results.push(
          ...(baseline === undefined
            ? [noBaseline(gate, name, run)]
            : await checkRegression(gate, run, name, baseline, {
                narrowed: options.scores,
                bridge: gate.bridge === undefined ? undefined : await baselineOf(gate.bridge),
              })),
        );
      }
    }
  }
  return results;
}

/** A first run has nothing to be held against: it is told how to make that. */
function noBaseline(
  { text, baseline }: Extract<Gate, { kind: 'regression' }>,
  model: string,
  run: ScoredRun,
): GateResult {
  const name = baseline ?? 'BASELINE';
  const reason = `the baseline run ${name} does not exist yet; create it with: assay run ${run.manifest.configFile} -o ${name}`;
  return { gate: text, model, status: 'inconclusive', reason };
}

function checkScore(gate: Extract<Gate, { kind: 'score' }>, { scores }: Summary, model: string): GateResult {
  const ended = (status: GateStatus, reason: string): GateResult => ({ gate: gate.text, model, status, reason });
  const rows = scores.filter((row) => row.model === model && `${row.algorithm}.${row.score}` === gate.score);
  if (rows.length === 0) {
    if (scores.some((row) => `${row.algorithm}.${row.score}` === gate.score))
      return ended('inconclusive', `${model} has no ${gate.score}`);
    throw unknownScore(gate.score, scores);
  }
  const judged = rows.find(({ category }) => category === gate.category);
  const row = judged && (correctedRow(scores, judged) ?? judged);
  if (row === undefined) {
    const known = rows.flatMap(({ category }) => category ?? []);
    return ended('inconclusive', `no sample is in ${gate.category}; the categories are ${known.join(', ') || 'none'}`);
  }
  const figure = gate.figure === undefined ? row : row[gate.figure];
  if (figure === undefined) return ended('inconclusive', `${gate.score} has no ${gate.figure}${whyNoQuantile(row)}`);
  const name = gate.figure === undefined ? gate.score : `the ${QUANTILES[gate.figure]} of ${gate.score}`;
  const found = boundOf(figure, gate.bound);
  if (row.n === 0 || found === null || Number.isNaN(found))
    return ended(
      'inconclusive',
      `${name} has no ${gate.bound === 'value' ? 'value' : 'interval'} (n ${row.n})${gate.figure === undefined ? whyNone(row) : ': too few samples'}`,
    );
  const holdsNow = holds(found, gate.operator, gate.limit);
  const labels = row === judged ? '' : `, corrected by ${row.correction?.labelled ?? row.n} human labels,`;
  const what = `${gate.bound === 'value' ? name : `the ${gate.bound} end of ${name}`}${labels}`;
  const required = `${holdsNow ? 'as required' : 'required'} ${gate.operator} ${gate.limit}`;
  const told = `${what} is ${gateFigure(found)}, ${required} (n ${row.n})`;
  return ended(holdsNow ? 'passed' : 'failed', told);
}

const QUANTILES = { median: 'median', p95: '95th percentile' } as const;

/** They stand beside scores whose mean has no interval. */
function whyNoQuantile({ intervalMissing }: ScoreSummary): string {
  return intervalMissing === 'unbounded' ? ': its samples come in clusters' : ': it is for scores without bounds';
}

function whyNone({ intervalMissing, median }: ScoreSummary): string {
  if (intervalMissing === undefined) return '';
  const figures = median === undefined ? '' : '; its median and 95th percentile have one (`median upper <= …`)';
  return `: ${NO_INTERVAL[intervalMissing]}${figures}`;
}

function unknownScore(name: string, scores: readonly ScoreSummary[]): AssayError {
  const known = [...new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`))];
  const near = didYouMean(name, known);
  const hint = `It has: ${known.join(', ')}.`;
  return new AssayError('CONFIG_INVALID', `a gate names ${name}, which the run does not have`, {
    hint: near === undefined ? hint : `Did you mean ${near}? ${hint}`,
  });
}

function boundOf(row: Pick<ScoreSummary, 'value' | 'interval'>, bound: 'value' | 'lower' | 'upper'): number | null {
  if (bound === 'value') return row.value;
  return row.interval === null ? null : row.interval[bound === 'lower' ? 0 : 1];
}

function checkState(gate: Extract<Gate, { kind: 'state' }>, summary: Summary, model: string): GateResult {
  const { states } = summary.models.find(({ name }) => name === model)!;
  const count = states[gate.state];
  const total = Object.values(states).reduce((sum, each) => sum + each, 0);
  if (total === 0) return { gate: gate.text, model, status: 'inconclusive', reason: 'the run has no samples' };
  // Limits below 1 are shares; 0 means none either way.
  const isShare = gate.limit > 0 && gate.limit < 1;
  const passed = holds(isShare ? count / total : count, gate.operator, gate.limit);
  return {
    gate: gate.text,
    model,
    status: passed ? 'passed' : 'failed',
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
