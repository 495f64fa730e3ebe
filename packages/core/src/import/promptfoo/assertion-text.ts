import { CHECK_TYPES } from '../../algorithms/row-check-schema.ts';

/** Types whose text may carry a threshold, which is then 0.75 unless it is written. */
const GRADED: ReadonlySet<string> = new Set(['cost', 'latency', 'levenshtein', 'rouge-n', 'similar', 'starts-with']);
const PATTERN = /^(not-)?([a-z][a-z-]*)(?:\(([\d.]+)\))?(?::([\s\S]*))?$/;
const NAMES: ReadonlySet<string> = new Set([
  ...CHECK_TYPES,
  ...[
    'cost',
    'javascript',
    'python',
    'webhook',
    'factuality',
    'model-graded-closedqa',
    'moderation',
    'is-sql',
    'is-xml',
  ],
]);

/**
 * An assertion as promptfoo writes it in a cell of a CSV file: `contains: text`, `similar(0.8): text`, `is-json`; anything
 * else is the whole expected output.
 * @see https://www.promptfoo.dev/docs/configuration/expected-outputs/#load-assertions-from-csv
 */
export function assertionFromText(text: string): Record<string, unknown> {
  const code = /^(?:javascript|fn|eval):([\s\S]*)$/.exec(text);
  if (code !== null) return { type: 'javascript', value: code[1]!.trim() };
  const rubric = /^(?:grade|llm-rubric):([\s\S]*)$/.exec(text);
  if (rubric !== null) return { type: 'llm-rubric', value: rubric[1]!.trim() };
  const [, not = '', type = '', threshold, value] = PATTERN.exec(text) ?? [];
  if (!NAMES.has(type)) return { type: 'equals', value: text };
  const limit =
    threshold === undefined ? (GRADED.has(type) ? { threshold: 0.75 } : {}) : { threshold: Number(threshold) };
  return { type: not + type, ...(value === undefined ? {} : { value: value.trim() }), ...limit };
}

/** Fields between commas; a field in double quotes may hold commas, and quotes doubled or behind a backslash. */
export function commaSeparated(text: string): string[] {
  const fields = text.matchAll(/\s*(?:"((?:[^"\\]|\\.|"")*)"|([^,]+))\s*(?:,|$)/g);
  return Array.from(fields, ([, quoted, plain]) =>
    quoted === undefined
      ? plain!.trim()
      : quoted.replaceAll(/""|\\(["\\])/g, (whole, escaped?: string) => escaped ?? (whole === '""' ? '"' : whole)),
  ).filter((field) => field !== '');
}
