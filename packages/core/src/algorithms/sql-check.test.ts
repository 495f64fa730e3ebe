import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isSql, SQL_PARSER } from './sql-check.ts';

/** Reads anything but what says so; lists name what the statement does. */
const PARSER = `
exports.Parser = class {
  astify(sql, { database }) {
    if (/WRONG/.test(sql)) throw new Error('no SQL of ' + database);
    while (/FOREVER/.test(sql));
  }
  whiteListCheck(sql, allowed, { type }) {
    const [, table, column] = /SELECT (\\w+) FROM (\\w+)/.exec(sql) ?? [];
    const found = type === 'table' ? 'select::null::' + column : 'select::null::' + table;
    if (!allowed.some((pattern) => new RegExp('^' + pattern + '$').test(found))) throw new Error('not allowed');
  }
};`;

/** The check in a folder with the package. */
async function check(): Promise<(sql: string, value?: unknown, deadlineMs?: number) => boolean | string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-sql-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const made = join(folder, 'node_modules', SQL_PARSER);
  await mkdir(made, { recursive: true });
  await writeFile(join(made, 'index.js'), PARSER);
  const beside = join(folder, 'own.js');
  return (sql, value, deadlineMs) => isSql(sql, value, { beside, ...(deadlineMs === undefined ? {} : { deadlineMs }) });
}

test('without the package nobody can say', () => {
  expect(isSql('SELECT 1', undefined, { beside: join(tmpdir(), 'nowhere', 'own.js') })).toBe('no_sql_parser');
});

test('what the parser refuses is no SQL, and so is what it lets pass by mistake', async () => {
  const holds = await check();
  expect(holds('SELECT a FROM t')).toBe(true);
  for (const text of ['', ' ', 'WRONG', 'SELECT `a FROM t', 'SELECT a b FROM t', 'SELECT * FROM generate_series(1, 2)'])
    expect([text, holds(text)]).toEqual([text, false]);
  // Within quotes and comments nothing is looked at; a modifier is no column.
  for (const text of [
    `SELECT 'x a b FROM t'`,
    'SELECT 1 -- SELECT a b FROM t',
    'SELECT DISTINCT a FROM t',
    'SELECT "a" b FROM t',
  ])
    expect([text, holds(text)]).toEqual([text, true]);
  expect(holds('SELECT * FROM generate_series(1, 2)', { databaseType: 'PostgreSQL' })).toBe(true);
  expect(holds('SELECT [a b FROM] FROM t', { databaseType: 'Sqlite' })).toBe(true);
});

test('tables and columns that are not allowed are refused; a column of an allowed table may stand alone', async () => {
  const holds = await check();
  const tables = { allowedTables: ['select::null::t'] };
  expect([holds('SELECT a FROM t', tables), holds('SELECT a FROM u', tables)]).toEqual([true, false]);
  const columns = { allowedColumns: ['select::t::a'] };
  expect([holds('SELECT a FROM t', columns), holds('SELECT b FROM t', columns)]).toEqual([true, false]);
});

test('a statement that the parser never ends with decides nothing', async () => {
  const holds = await check();
  expect(holds('FOREVER', undefined, 500)).toBe('sql_too_slow');
  expect(holds('SELECT a FROM t')).toBe(true);
});
