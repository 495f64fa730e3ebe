import { bleu, levenshteinDistance, nltkTokeniser, rouge, whitespaceTokeniser } from '@assay/metrics';
import { jsonObjectsIn, meetsSchema, parsedJson } from './json-checks.ts';
import { linearPattern } from './linear-pattern.ts';
import type { CheckType, RowCheck } from './row-check-schema.ts';
import { isSameJson } from './same-json.ts';

/** Checks on the output alone. */
export function holds(type: CheckType, check: RowCheck, output: string): boolean {
  const wanted = texts(check);
  const small = output.toLowerCase();
  switch (type) {
    case 'equals':
      return equals(check.value, output);
    case 'contains':
    case 'contains-all':
      return wanted.every((text) => output.includes(text));
    case 'icontains':
    case 'icontains-all':
      return wanted.every((text) => small.includes(text.toLowerCase()));
    case 'contains-any':
      return wanted.some((text) => output.includes(text));
    case 'icontains-any':
      return wanted.some((text) => small.includes(text.toLowerCase()));
    case 'starts-with':
      return output.startsWith(wanted[0] ?? '');
    case 'regex':
      return linearPattern(wanted[0] ?? '').test(output);
    case 'is-json': {
      const json = parsedJson(output);
      return json !== undefined && meetsSchema(json.json, check.value);
    }
    case 'contains-json':
      return jsonObjectsIn(output).some((found) => meetsSchema(found, check.value));
    default:
      throw new TypeError(`${type} is not decided by the output alone`);
  }
}

function equals(value: unknown, output: string): boolean {
  if (typeof value !== 'object' || value === null) return String(value) === output;
  const json = parsedJson(output);
  return json !== undefined && isSameJson(json.json, value);
}

/** A check's value as texts. */
export function texts({ value }: RowCheck): string[] {
  return [value ?? []].flat().map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each)));
}

let overlap: ReturnType<typeof rouge> | undefined;

/**
 * Whether texts are no more than so many edits apart. Lengths that differ by more say no by themselves.
 * @param mostPairs pairs of characters that are compared at all @returns undefined where there are more
 */
export function isWithin(output: string, wanted: string, most: number, mostPairs: number): boolean | undefined {
  if (Math.abs(output.length - wanted.length) > 2 * most) return false;
  if (output.length * wanted.length > mostPairs) return undefined;
  return levenshteinDistance(output, wanted) <= most;
}

/** F1 of single words after Treebank tokenisation. */
export function rougeOf(output: string, references: readonly string[]): number {
  overlap ??= rouge({ types: ['rouge1'], tokeniser: nltkTokeniser() });
  const lower = references.map((text) => text.toLowerCase());
  return overlap.score(overlap.statistics(output.toLowerCase(), lower))?.rouge1?.fmeasure ?? 0;
}

const counts = bleu({ tokeniser: whitespaceTokeniser, lowercase: true });

/** promptfoo's BLEU: words between white space, orders that the output is long enough for, 10⁻⁷ in place of 0. */
export function bleuOf(output: string, references: readonly string[]): number {
  const [length = 0, reference = 0, ...grams] = counts.statistics(output, references);
  const orders = [0, 1, 2, 3].filter((order) => grams[4 + order]! > 0);
  if (orders.length === 0) return 0;
  const logs = orders.map((order) => Math.log(grams[order] === 0 ? 1e-7 : grams[order]! / grams[4 + order]!));
  const mean = logs.reduce((sum, log) => sum + log, 0) / orders.length;
  return Math.exp(mean + (length > reference ? 0 : 1 - reference / length));
}
