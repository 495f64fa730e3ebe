import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configJsonSchema } from './config-json-schema.ts';
import { parseConfig } from './load-config.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

const PAGE = fileURLToPath(new URL('../../../../docs/config.md', import.meta.url));
const MARKS = [
  '<!-- keys: made from the schema; ASSAY_WRITE_DOCS=1 writes them -->\n',
  '<!-- end of keys -->',
] as const;

/** What the page says of one object: its keys, and whose keys it has. */
interface Told {
  readonly title: string;
  readonly rows: readonly string[];
}

/** A list for each object of the schema, parents first; of keys that an earlier one has in the same words only the names. */
function tables(schema: Schema, title: string, told: Told[] = []): string[] {
  const entries = Object.entries(schema.properties ?? {});
  const rows = rowsOf(schema);
  const earlier = told.find((one) => sharedRows(one, rows).length > 1);
  const shared = earlier === undefined ? [] : sharedRows(earlier, rows);
  const own = rows.filter((row) => !shared.includes(row));
  const same = shared.length === 0 ? [] : [`As in \`${earlier!.title}\`: ${shared.map(nameOf).join(', ')}.\n`];
  const inner = entries.flatMap(([key, child]) =>
    objectsIn(child).map(({ schema: object, suffix }) => ({
      object,
      title: `${title === '' ? '' : `${title}.`}${key}${suffix}`,
    })),
  );
  if (rows.length > 0) told.push({ title, rows });
  const below = inner.flatMap((child) => tables(child.object, child.title, told));
  if (own.length === 0) return below;
  const list = own.map((row) => withSame(row, inner, told));
  return [`### ${title === '' ? 'Top level' : title}\n`, `${list.join('\n')}\n`, ...same, ...below];
}

const sharedRows = (earlier: Told, rows: readonly string[]): string[] =>
  rows.filter((row) => earlier.rows.includes(row));

const nameOf = (row: string): string => /`[^`]+`/.exec(row)![0];

/** Says of a key whose list is not made again where it stands. */
function withSame(row: string, inner: readonly { object: Schema; title: string }[], told: readonly Told[]): string {
  const child = inner.find(({ title }) => title.replaceAll(/\[\]|\.NAME/g, '').endsWith(nameOf(row).slice(1, -1)));
  if (child === undefined) return row;
  const rows = rowsOf(child.object);
  const first = told.find((one) => rows.length > 0 && rows.every((each) => one.rows.includes(each)))!;
  return rows.length === 0 || first.title === child.title ? row : `${row} Its keys: \`${first.title}\`.`;
}

/** A key that names where in a row something is. */
const COLUMN = /^Column or JMESPath of (?:the |an? )?(.+)$/;
const DEFAULT = / ?Default `?(\S+?)`?\.$/;

/** FMEval’s spellings share one row. */
function rowsOf(schema: Schema): string[] {
  const rows = Object.entries(schema.properties ?? {}).map(([key, child]) => {
    const description = child.description ?? '';
    if (description.startsWith('FMEval’s spelling')) return '- `*_location`: FMEval’s spelling of `*_key`.';
    const column = COLUMN.exec(description)?.[1];
    const text = column === undefined ? description : `${column[0]!.toUpperCase()}${column.slice(1)}`;
    const value = DEFAULT.exec(text)?.[1];
    const isWord = value !== undefined && child.enum?.includes(value) === true;
    const isTold = isWord || (value !== undefined && /^(number|integer|boolean)$/.test(child.type ?? ''));
    const words = isWord ? `\`${child.enum!.map((word) => (word === value ? `${word}*` : word)).join('|')}\`` : value;
    const takes = [isTold ? words! : typeOf(child), schema.required?.includes(key) ? 'required' : ''];
    const bracket = takes.filter((each) => each !== '').join(', ');
    const told = (isTold ? text.replace(DEFAULT, '') : text).replaceAll('<', '\\<');
    return `- \`${key}\`${bracket === '' ? '' : ` (${bracket})`}${told === '' ? '' : `: ${told}`}`;
  });
  return [...new Set(rows)];
}

function objectsIn(schema: Schema): { schema: Schema; suffix: string }[] {
  if (schema.properties !== undefined) return [{ schema, suffix: '' }];
  if (schema.items !== undefined)
    return objectsIn(schema.items).map((found) => ({ ...found, suffix: `[]${found.suffix}` }));
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(objectsIn);
  return typeof schema.additionalProperties === 'object'
    ? objectsIn(schema.additionalProperties).map((found) => ({ ...found, suffix: '.NAME' }))
    : [];
}

/** What a key takes: nothing for text or a number, nor for keys that a list of their own tells of. */
function typeOf(schema: Schema): string {
  const types = typesOf(schema);
  if (
    types.length === 1 &&
    (/^(text|number|integer)$/.test(types[0]!) || (types[0] === 'keys' && objectsIn(schema).length > 0))
  )
    return '';
  return types.every((type) => type.startsWith('`')) ? types.join(', ') : types.join(' or ');
}

function typesOf(schema: Schema): string[] {
  if (schema.enum !== undefined) return [`\`${schema.enum.join('|')}\``];
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.flatMap(typesOf))];
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    boolean: 'true/false',
    array: 'list',
    object: 'keys',
  };
  return [schema.type === undefined ? 'anything' : (names[schema.type] ?? schema.type)];
}

test('docs/config.md lists the keys of the schema', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.indexOf(MARKS[0]) + MARKS[0].length, page.indexOf(MARKS[1])];
  expect(before).toBeLessThanOrEqual(after);
  const made = `\n${tables(configJsonSchema() as Schema, '').join('\n')}\n`;
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(PAGE, page.slice(0, before) + made + page.slice(after));
  else expect(page.slice(before, after)).toBe(made);
});

test('every YAML example on the page is a valid config or a part of one', () => {
  const page = readFileSync(PAGE, 'utf8');
  const whole =
    'dataset: { input_data_location: d }\nmodels: [{ name: m, runner: outputs }]\nalgorithms: [{ algorithm: qa_accuracy }]\n';
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(3);
  for (const text of examples) {
    const missing = whole
      .split('\n')
      .filter((line) => line !== '' && !new RegExp(`^${line.split(':')[0]}:`, 'm').test(text));
    const loaded = parseConfig(`${missing.join('\n')}\n${text}`, '/docs/config.md');
    expect(
      loaded.findings.filter((finding) => finding.severity === 'error'),
      text,
    ).toEqual([]);
  }
});
