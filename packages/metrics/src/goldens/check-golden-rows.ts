import type { GoldenAdapter } from './golden-adapter.ts';
import { relativeError } from './relative-error.ts';

export interface GoldenMismatch {
  /** 1-based line of the file. */
  readonly line: number;
  readonly row: unknown;
  readonly actual: unknown;
}

export interface GoldenOutcome {
  readonly rows: number;
  readonly mismatches: readonly GoldenMismatch[];
  /** Largest relative error among rows that match. */
  readonly largestError: number;
}

interface GoldenRow {
  /** In files of several methods. */
  readonly method?: string;
  readonly input: unknown;
  readonly params: unknown;
  readonly expected: unknown;
}

/**
 * Runs the rows of one golden file (JSON Lines, split on "\n" only, as some strings hold U+2028) through its adapter.
 */
export function checkGoldenRows(adapter: GoldenAdapter, jsonl: string): GoldenOutcome {
  const tolerance = adapter.tolerance ?? 1e-9;
  const mismatches: GoldenMismatch[] = [];
  let rows = 0;
  let largestError = 0;
  let line = 0;
  for (const text of jsonl.split('\n')) {
    line++;
    if (text === '') continue;
    rows++;
    const row = JSON.parse(text) as GoldenRow;
    const { actual, error } = evaluate(adapter, row);
    if (error <= tolerance) largestError = Math.max(largestError, error);
    else mismatches.push({ line, row, actual });
  }
  return { rows, mismatches, largestError };
}

/**
 * Parts a golden file by the `method` of its rows, in order of first appearance; rows without one come under ''.
 * Other lines stay as empty ones, so that mismatches keep their line.
 */
export function goldenRowsByMethod(jsonl: string): Map<string, string> {
  const lines = jsonl.split('\n');
  const methods = lines.map((text) => (text === '' ? null : ((JSON.parse(text) as GoldenRow).method ?? '')));
  const found = [...new Set(methods)].filter((method) => method !== null);
  return new Map(
    found.map((method) => [method, lines.map((text, i) => (methods[i] === method ? text : '')).join('\n')]),
  );
}

function evaluate(adapter: GoldenAdapter, row: GoldenRow): { actual: unknown; error: number } {
  const expectsError = typeof row.expected === 'object' && row.expected !== null && 'error' in row.expected;
  try {
    const actual = adapter.compute(row.input, row.params);
    return {
      actual,
      error: expectsError ? Number.POSITIVE_INFINITY : relativeError(actual, row.expected, adapter.pvalues),
    };
  } catch (thrown) {
    const coded = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
    return { actual: String(thrown), error: coded && expectsError ? 0 : Number.POSITIVE_INFINITY };
  }
}
