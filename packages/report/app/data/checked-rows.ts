import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRemark, PackedRow } from '../../src/rows/page-data.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isPacked = (value: unknown): value is PackedText =>
  isText(value) || (Array.isArray(value) && isText(value[0]) && isNumber(value[1]));
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const recordOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);

/** Each member that a row may have, and what it is. */
const ROW: Readonly<Record<keyof PackedRow, Check>> = {
  ...{ digest: isText, input: isPacked, prompt: isPacked, target: isPacked, output: isPacked, error: isPacked },
  ...{ columns: recordOf(isPacked), variants: recordOf(isPacked), disturbed: recordOf(isPacked) },
  ...{ cut: (value) => value === true, unscored: recordOf(isText), nats: recordOf(isNumber) },
  ...{ remarks: listOf(isRemark), tokens: recordOf(areTokens) },
  scores: listOf((value) => value === null || isNumber(value)),
};
const REMARK: Readonly<Record<keyof PackedRemark, Check>> = {
  ...{ of: isText, by: isText, holds: isText, said: listOf(isText), sureness: isNumber, score: isNumber },
  ...{ about: isPacked, reason: isPacked },
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: unknown, members: Readonly<Record<string, Check>>, needed: readonly string[]): boolean {
  if (!isObject(value) || !needed.every((name) => value[name] !== undefined)) return false;
  return Object.entries(value).every(([name, member]) => !Object.hasOwn(members, name) || members[name]!(member));
}

function isRow(value: unknown): value is PackedRow {
  return fits(value, ROW, ['digest', 'input']);
}

function isRemark(value: unknown): boolean {
  return fits(value, REMARK, ['of', 'by', 'holds', 'said']);
}

function areTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { texts, nats, of } = value;
  const areThere = listOf(isText)(texts) && listOf(isNumber)(nats) && (of === undefined || isNumber(of));
  return areThere && (texts as unknown[]).length === (nats as unknown[]).length;
}

/** The rows of a chunk; null for a text that is none, or that has another number of them. */
export function checkedRows(json: string, count: number): readonly PackedRow[] | null {
  try {
    const rows: unknown = JSON.parse(json);
    return Array.isArray(rows) && rows.length === count && rows.every(isRow) ? rows : null;
  } catch {
    return null;
  }
}

/** One row of a chunk, as a line of it has it; null for a line that is none. */
export function checkedRow(line: string): PackedRow | null {
  return checkedRows(`[${line.replace(/^\[/, '').replace(/[\],]$/, '')}]`, 1)?.[0] ?? null;
}
