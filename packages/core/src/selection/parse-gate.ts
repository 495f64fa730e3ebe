import type { GateConfig } from '../config/schema/decision-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';

/** A condition on a figure of the summary, on a count of states, or on a comparison with a baseline run. */
export type Gate =
  | {
      readonly kind: 'score';
      readonly text: string;
      readonly score: string;
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
      /** Greatest loss that passes. */
      readonly maxRegression: number;
      readonly confidence: number;
      readonly models?: readonly string[];
    };

export type Operator = '>=' | '>' | '<=' | '<' | '==';

const SCORE_GATE = /^([\w-]+\.[\w-]+)\s+(?:(value|lower|upper)(?:\s+bound)?\s+)?(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?%?)$/;
const STATE_GATE = /^([a-z_]+)\s*(>=|<=|==|>|<)\s*(\d+(?:\.\d+)?%?)$/;

/**
 * The conditions of one entry: text as in `--fail-on`, or the config's map form (which may hold two, min and max).
 * @throws AssayError CONFIG_INVALID
 */
export function parseGate(gate: GateConfig): Gate[] {
  return typeof gate === 'string' ? [parseText(gate)] : fromMap(gate);
}

function parseText(text: string): Gate {
  const trimmed = text.trim();
  if (trimmed === 'regression') return { kind: 'regression', text: trimmed, maxRegression: 0, confidence: 0.95 };
  const score = SCORE_GATE.exec(trimmed);
  if (score !== null) {
    const [, name, bound = 'value', operator, limit] = score;
    return {
      kind: 'score',
      text: trimmed,
      score: name!,
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
    hint: 'Write `qa_accuracy.f1_score lower >= 0.6`, `failed <= 0`, or `regression`.',
  });
}

function numberOf(text: string): number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function fromMap(gate: Exclude<GateConfig, string>): Gate[] {
  const common = gate.models === undefined ? {} : { models: gate.models };
  if (gate.max_regression !== undefined || gate.baseline !== undefined) {
    const maxRegression = gate.max_regression ?? 0;
    const score = gate.score === undefined ? {} : { score: gate.score };
    const baseline = gate.baseline === undefined ? {} : { baseline: gate.baseline };
    const text = `${gate.score ?? 'every score'} loses at most ${maxRegression} against ${gate.baseline ?? 'the baseline'}`;
    return [
      {
        kind: 'regression',
        text,
        ...score,
        ...baseline,
        maxRegression,
        confidence: gate.confidence ?? 0.95,
        ...common,
      },
    ];
  }
  const limits = [
    ...(gate.min === undefined ? [] : [{ operator: '>=' as const, limit: gate.min }]),
    ...(gate.max === undefined ? [] : [{ operator: '<=' as const, limit: gate.max }]),
  ];
  return limits.map(({ operator, limit }): Gate => {
    if (gate.state !== undefined)
      return {
        kind: 'state',
        text: `${gate.state} ${operator} ${limit}`,
        state: gate.state,
        operator,
        limit,
        ...common,
      };
    const bound = gate.bound ?? 'value';
    const text = `${gate.score ?? ''}${bound === 'value' ? '' : ` ${bound}`} ${operator} ${limit}${gate.category === undefined ? '' : ` in ${gate.category}`}`;
    return {
      kind: 'score',
      text,
      score: gate.score ?? '',
      bound,
      operator,
      limit,
      category: gate.category ?? null,
      ...common,
    };
  });
}
