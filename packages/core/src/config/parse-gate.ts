import { AssayError } from '../errors/assay-error.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';
import type { GateConfig } from './schema/decision-config.ts';

/**
 * A condition on a figure of the summary, on a count of states, or on a comparison with a baseline run. Its `text` says what
 * is compared, however the gate was written: `qa.f1 lower >= 0.6`, `qa.f1 value >= 0.6`, `qa.f1 not worse than RUN by 0.02`.
 */
export type Gate =
  | {
      readonly kind: 'score';
      readonly text: string;
      readonly score: string;
      /** Of a score without bounds, in place of its mean. */
      readonly figure?: 'median' | 'p95';
      readonly bound: 'value' | 'lower' | 'upper';
      readonly operator: Operator;
      readonly limit: number;
      readonly models?: readonly string[];
      readonly category: string | null;
    }
  | {
      readonly kind: 'state';
      readonly text: string;
      readonly state: SampleState;
      readonly operator: Operator;
      readonly limit: number;
      readonly models?: readonly string[];
    }
  | {
      readonly kind: 'regression';
      readonly text: string;
      /** Every score when undefined. */
      readonly score?: string;
      readonly baseline?: string;
      /** A run in which this run's judge judged answers of a baseline that has another judge. */
      readonly bridge?: string;
      /** Greatest loss that passes; without it the margin of the score in `compare.margins`, else none. */
      readonly maxRegression?: number;
      readonly confidence: number;
      readonly models?: readonly string[];
      readonly category: string | null;
    };

export type Operator = '>=' | '>' | '<=' | '<' | '==';

/** `algorithm.score`; labels may hold dots and spaces, and scores of other tools commas. */
const SCORE = '[^<>=]*[^<>=\\s]\\.[^<>=\\s]+';
const NUMBER = '(-?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?%?)';
const FIGURE = '(?:\\s+(median|p95))?(?:\\s+(value|lower|upper)(?:\\s+bound)?)?';
const BRIDGED = '(?:\\s+bridged by\\s+(\\S.*))?';
const SCORE_GATE = new RegExp(`^(${SCORE})${FIGURE}\\s*(>=|<=|==|>|<)\\s*${NUMBER}$`);
const STATE_GATE = new RegExp(`^([a-z_]+)\\s*(>=|<=|==|>|<)\\s*${NUMBER}$`);
const REGRESSION_GATE = new RegExp(
  `^(?:(${SCORE})\\s+)?regression(?:\\s*<=\\s*${NUMBER})?(?:\\s+against\\s+(\\S.*?))?${BRIDGED}$`,
);
const NOT_WORSE_GATE = new RegExp(`^(?:(${SCORE})\\s+)?not worse than\\s+(\\S.*?)(?:\\s+by\\s+${NUMBER})?${BRIDGED}$`);

/**
 * The conditions of one entry: text as in `--fail-on`, or the config's map form (which may hold two, min and max).
 * @throws AssayError CONFIG_INVALID
 */
export function parseGate(gate: GateConfig): Gate[] {
  return typeof gate === 'string' ? [parseText(gate)] : fromMap(gate);
}

/** Other runs that a gate looks at, as it names them. */
export function runsOfGate(gate: Gate): string[] {
  return gate.kind === 'regression' ? [gate.baseline, gate.bridge].filter((name) => name !== undefined) : [];
}

function parseText(text: string): Gate {
  const trimmed = text.trim();
  const regression = REGRESSION_GATE.exec(trimmed) ?? inWords(trimmed);
  if (regression !== null) {
    const [, name, limit, baseline, bridge] = regression;
    return {
      kind: 'regression',
      text: notWorse(name, baseline, limit === undefined ? undefined : numberOf(limit), bridge),
      ...(name === undefined ? {} : { score: name }),
      ...(baseline === undefined ? {} : { baseline }),
      ...(bridge === undefined ? {} : { bridge }),
      ...(limit === undefined ? {} : { maxRegression: numberOf(limit) }),
      confidence: 0.95,
      category: null,
    };
  }
  const score = SCORE_GATE.exec(trimmed);
  if (score !== null) {
    const [, name, figure, bound = 'value', operator, limit] = score;
    return {
      kind: 'score',
      text: `${name} ${figure === undefined ? '' : `${figure} `}${bound} ${operator} ${numberOf(limit!)}`,
      score: name!,
      ...(figure === undefined ? {} : { figure: figure as 'median' }),
      bound: bound as 'value',
      operator: operator as Operator,
      limit: numberOf(limit!),
      category: null,
    };
  }
  const state = STATE_GATE.exec(trimmed);
  if (state !== null && SAMPLE_STATES.includes(state[1] as SampleState)) {
    return {
      kind: 'state',
      text: trimmed,
      state: state[1] as SampleState,
      operator: state[2] as Operator,
      limit: numberOf(state[3]!),
    };
  }
  throw new AssayError('CONFIG_INVALID', `"${text}" is no gate`, {
    hint: 'Write `qa_accuracy.f1_score lower >= 0.6`, `failed <= 0`, or `not worse than RUN by 0.02`.',
  });
}

/** `not worse than RUN by 0.02` in the order of the other form; the words `the baseline` name the first run of a comparison. */
function inWords(text: string): readonly (string | undefined)[] | null {
  const found = NOT_WORSE_GATE.exec(text);
  if (found === null) return null;
  const [whole, score, run, limit, bridge] = found;
  return [whole, score, limit, run === 'the baseline' ? undefined : run, bridge];
}

/** In words what a regression gate asks; without a limit it is the score's own margin. */
function notWorse(
  score: string | undefined,
  baseline: string | undefined,
  limit: number | undefined,
  bridge: string | undefined,
): string {
  const most = limit === undefined ? '' : ` by ${limit}`;
  const bridged = bridge === undefined ? '' : ` bridged by ${bridge}`;
  return `${score === undefined ? '' : `${score} `}not worse than ${baseline ?? 'the baseline'}${most}${bridged}`;
}

function numberOf(text: string): number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function fromMap(gate: Exclude<GateConfig, string>): Gate[] {
  const gates = [...regressionOf(gate), ...limitsOf(gate)];
  if (gates.length > 0) return gates;
  throw new AssayError('CONFIG_INVALID', 'a gate limits nothing', { hint: 'It needs min, max or max_regression.' });
}

function regressionOf(gate: Exclude<GateConfig, string>): Gate[] {
  const { max_regression: maxRegression, score, baseline, bridge, confidence = 0.95, category = null } = gate;
  if (maxRegression === undefined) return [];
  const where = category === null ? '' : ` in ${category}`;
  return [
    {
      kind: 'regression',
      text: `${notWorse(score, baseline, maxRegression, bridge)}${where}`,
      ...(score === undefined ? {} : { score }),
      ...(baseline === undefined ? {} : { baseline }),
      ...(bridge === undefined ? {} : { bridge }),
      maxRegression,
      confidence,
      category,
      ...modelsOf(gate),
    },
  ];
}

function limitsOf(gate: Exclude<GateConfig, string>): Gate[] {
  const limits = [
    ...(gate.min === undefined ? [] : [{ operator: '>=' as const, limit: gate.min }]),
    ...(gate.max === undefined ? [] : [{ operator: '<=' as const, limit: gate.max }]),
  ];
  const { state, score = '', bound = 'value', category = null } = gate;
  return limits.map(({ operator, limit }): Gate => {
    if (state !== undefined)
      return { kind: 'state', text: `${state} ${operator} ${limit}`, state, operator, limit, ...modelsOf(gate) };
    const text = `${score} ${bound} ${operator} ${limit}${category === null ? '' : ` in ${category}`}`;
    return { kind: 'score', text, score, bound, operator, limit, category, ...modelsOf(gate) };
  });
}

function modelsOf({ models }: Exclude<GateConfig, string>): { readonly models?: readonly string[] } {
  return models === undefined ? {} : { models };
}
