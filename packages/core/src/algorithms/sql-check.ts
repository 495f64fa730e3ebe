import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isRecord } from '../datasets/row-batch.ts';
import { type CodeResult, runJavascript } from './code-worker.ts';

/** How long reading one statement may take: a grammar of SQL can be led astray. */
const PARSE_MS = 10_000;
/** The package that reads SQL; it is installed by who needs it. */
export const SQL_PARSER = 'node-sql-parser';

/** What `is-sql` may say besides. */
interface SqlRules {
  readonly database: string;
  readonly allowedTables?: readonly string[];
  readonly allowedColumns?: readonly string[];
}

/**
 * Runs in a thread of its own, which ends at a deadline. White lists hold `operation::schema::table` and
 * `operation::table::column` as regular expressions.
 */
const BODY = `
return import(context.parser).then((loaded) => {
  const { Parser } = loaded.Parser === undefined ? loaded.default : loaded;
  const parser = new Parser();
  const options = { database: context.database };
  const meets = (check) => { try { check(); return true; } catch { return false; } };
  return meets(() => parser.astify(output, options))
    && (context.allowedTables === undefined || meets(() => parser.whiteListCheck(output, context.allowedTables, { ...options, type: 'table' })))
    && (context.allowedColumns === undefined || meets(() => parser.whiteListCheck(output, context.allowedColumns, { ...options, type: 'column' })));
});`;

/**
 * Whether a text is SQL of the database (MySQL unless the value names another) and keeps to its tables and columns, by
 * node-sql-parser. @returns a reason where nobody can say: `no_sql_parser`, `sql_too_slow`
 */
export function isSql(output: string, value: unknown, given: SqlCheckOptions = {}): boolean | string {
  const { deadlineMs = PARSE_MS, beside = import.meta.url } = given;
  const parser = parserPath(beside);
  if (parser === undefined) return 'no_sql_parser';
  const rules = rulesOf(value);
  if (output.trim() === '' || looksWrong(output.trim(), rules.database)) return false;
  const result: CodeResult = runJavascript({ body: BODY, output, context: { parser, ...rules } }, deadlineMs);
  if (!result.ok) return result.isLate === true ? 'sql_too_slow' : 'sql_parser_failed';
  return result.value === true;
}

function rulesOf(value: unknown): SqlRules {
  const { databaseType: database = 'MySQL', allowedTables, allowedColumns } = isRecord(value) ? value : {};
  return {
    database: String(database),
    ...(Array.isArray(allowedTables) ? { allowedTables: allowedTables.map(String) } : {}),
    ...(Array.isArray(allowedColumns) ? { allowedColumns: allowedColumns.flatMap(withoutTable) } : {}),
  };
}

/** A column of a named table may be written without the table. */
function withoutTable(column: unknown): string[] {
  const parts = String(column).split('::');
  return parts.length === 3 && parts[1] !== 'null'
    ? [String(column), `${parts[0]}::null::${parts[2]}`]
    : [String(column)];
}

export interface SqlCheckOptions {
  /** Milliseconds after which a statement decides nothing. @default 10,000 */
  readonly deadlineMs?: number;
  /** The file whose packages are looked through: assay's own, since a package of the working folder would be its code. */
  readonly beside?: string;
}

const found = new Map<string, string | undefined>();

function parserPath(beside: string): string | undefined {
  if (!found.has(beside)) found.set(beside, resolvedFrom(beside));
  return found.get(beside);
}

function resolvedFrom(place: string): string | undefined {
  try {
    return pathToFileURL(createRequire(place).resolve(SQL_PARSER)).href;
  } catch {
    return undefined;
  }
}

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const MYSQL = new Set(['MySQL', 'MariaDB']);
const MODIFIERS =
  'distinct(?:row)?|high_priority|straight_join|sql_(?:big_result|buffer_result|cache|calc_found_rows|no_cache|small_result)';
const missingComma = (modifiers: string): RegExp =>
  new RegExp(`\\bselect\\s+(?:(?:${modifiers})\\s+)*(?!(?:${modifiers})\\b)${NAME}\\s+${NAME}\\s+from\\b`, 'i');
const [MISSING_COMMA, MISSING_COMMA_MYSQL] = [missingComma('all|distinct'), missingComma(`all|${MODIFIERS}`)];

/** What the parser lets pass and promptfoo does not: an open quote, `SELECT a b FROM`, functions of another database. */
function looksWrong(sql: string, database: string): boolean {
  const isMysql = MYSQL.has(database);
  if ((sql.split('`').length - 1) % 2 !== 0) return true;
  if (database === 'MySQL' && /\bgenerate_series\s*\(/i.test(sql)) return true;
  return (isMysql ? MISSING_COMMA_MYSQL : MISSING_COMMA).test(withoutQuotes(sql, database));
}

const BRACKETS = new Set(['TransactSQL', 'Sqlite']);

/** The text with a question mark for each quoted one, and without comments. */
function withoutQuotes(sql: string, database: string): string {
  const quotes = [`'(?:\\\\.|''|[^'\\\\])*'?`, `"(?:\\\\.|""|[^"\\\\])*"?`, '`(?:\\\\.|``|[^`\\\\])*`?'];
  const brackets = BRACKETS.has(database) ? ['\\[(?:\\]\\]|[^\\]])*\\]?'] : [];
  const dollars = '(\\$(?:[A-Za-z_]\\w*)?\\$)[^]*?(?:\\1|$)';
  const comments = ['--[^\\r\\n]*', '#[^\\r\\n]*', '/\\*[^]*?(?:\\*/|$)'];
  const pattern = new RegExp([...quotes, ...brackets, ...comments, dollars].join('|'), 'g');
  return sql.replaceAll(pattern, (text) => (/^(?:--|#|\/\*)/.test(text) ? ' ' : ' ? '));
}
