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

/** A list for each object of the schema, parents first; of one that is like an earlier one only what it has more. */
function tables(schema: Schema, title: string, shown: Map<string, readonly string[]> = new Map()): string[] {
  const rows = rowsOf(schema);
  const like = rows.length < 2 ? undefined : [...shown].find(([, known]) => isWithin(known, rows));
  if (rows.length > 0) shown.set(title, rows);
  const own = rows.filter((row) => like?.[1].includes(row) !== true);
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    objectsIn(child).flatMap(({ schema: inner, suffix }) =>
      tables(inner, `${title === '' ? '' : `${title}.`}${key}${suffix}`, shown),
    ),
  );
  if (rows.length === 0) return below;
  const head = `### ${title === '' ? 'Top level' : title}\n`;
  const same = like === undefined ? '' : `\nAll keys of \`${like[0]}\`${own.length === 0 ? '' : ', and'}:\n`;
  const list = own.length === 0 ? '' : `\n${own.join('\n')}\n`;
  return [`${head}${own.length === 0 ? same.replace(/:\n$/, '.\n') : same}${list}`, ...below];
}

const isWithin = (part: readonly string[], whole: readonly string[]): boolean =>
  part.length > 1 && part.every((row) => whole.includes(row));

/** A key that names where in a row something is. */
const COLUMN = /^Column or JMESPath of (?:the |an? )?(.+)$/;

/** FMEval's spellings share one row. */
function rowsOf(schema: Schema): string[] {
  const rows = Object.entries(schema.properties ?? {}).map(([key, child]) => {
    if (child.description?.startsWith('FMEval’s spelling') === true)
      return '- `*_location`: FMEval’s spelling of `*_key`.';
    const name = `- \`${key}\``;
    const required = schema.required?.includes(key) ? ', required' : '';
    const column = COLUMN.exec(child.description ?? '')?.[1];
    if (column !== undefined)
      return `${name} (column${required}): ${told(`${column[0]!.toUpperCase()}${column.slice(1)}`)}`;
    return `${name} (${typeOf(child)}${required}): ${told(child.description)}`;
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

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.type === 'array')
    return `list${schema.items?.type === 'object' ? '' : ` of ${typeOf(schema.items ?? {})}`}`;
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'integer',
    boolean: 'true/false',
    object: 'keys',
  };
  return schema.type === undefined ? 'anything' : (names[schema.type] ?? schema.type);
}

const told = (text = ''): string => text.replaceAll('<', '\\<');

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
