import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';

/** A Nunjucks text in parts: literals, and variables by the keys that lead to them. */
export type NunjucksPart = { readonly literal: string } | { readonly path: readonly string[] };

const TAG = /\{\{-?\s*(.*?)\s*-?\}\}|\{%.*?%\}|\{#.*?#\}/gs;
const PATH = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[(?:"[^"]*"|'[^']*'|\d{1,9})\])*$/;

/**
 * Splits a text at its `{{ variable }}`s; `{{ a.b }}` and `{{ a["b"] }}` lead into a variable. Comments vanish.
 * @throws AssayError IMPORT_UNSUPPORTED for filters, expressions and blocks
 */
export function nunjucksParts(text: string, at: SourcePlace): NunjucksPart[] {
  const parts: NunjucksPart[] = [];
  let end = 0;
  for (const match of text.matchAll(TAG)) {
    const [whole, expression] = match;
    if (match.index > end) parts.push({ literal: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (whole.startsWith('{#')) continue;
    if (expression === undefined || !PATH.test(expression) || expression.startsWith('env.')) {
      const shown = whole.length > 60 ? `${whole.slice(0, 57)}…` : whole;
      throw new AssayError('IMPORT_UNSUPPORTED', `only {{variables}} are carried over, not ${shown}`, { at });
    }
    const keys = expression.matchAll(/[A-Za-z_$][\w$-]*|"([^"]*)"|'([^']*)'|\d+/g);
    parts.push({ path: Array.from(keys, ([key, double, single]) => double ?? single ?? key) });
  }
  if (end < text.length) parts.push({ literal: text.slice(end) });
  return parts;
}

/** Whether a text has nothing of Nunjucks but variables. */
export function isPlainNunjucks(text: string): boolean {
  return [...text.matchAll(TAG)].every(
    ([whole, expression]) =>
      whole.startsWith('{#') || (expression !== undefined && PATH.test(expression) && !expression.startsWith('env.')),
  );
}

/**
 * The text with the variables' values in it; a variable that is not there is empty, as in promptfoo.
 * @throws AssayError IMPORT_UNSUPPORTED for filters, expressions and blocks
 */
export function renderVariables(text: string, vars: Readonly<Record<string, unknown>>, at: SourcePlace): string {
  if (!text.includes('{')) return text;
  return nunjucksParts(text, at)
    .map((part) => ('literal' in part ? part.literal : shownValue(vars, part.path)))
    .join('');
}

/** A variable as a template shows it. */
export const shownValue = (vars: Readonly<Record<string, unknown>>, path: readonly string[]): string =>
  shown(valueAt(vars, path));

function valueAt(vars: unknown, path: readonly string[]): unknown {
  let value = vars;
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As a prompt template of ours, which finds variables in the row's `vars`. */
export function templateOf(parts: readonly NunjucksPart[]): string {
  return parts
    .map((part) =>
      'literal' in part ? part.literal.replaceAll('$', '$$$$') : `\${vars${part.path.map(jmesStep).join('')}}`,
    )
    .join('');
}

/** A key, or the place in a list, as JMESPath has it. */
function jmesStep(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return `.${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}`;
}
