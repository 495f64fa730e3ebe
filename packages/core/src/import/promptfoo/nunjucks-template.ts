import { Environment, parse, tokenize } from '@huggingface/jinja';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { BoundedInterpreter, jinjaRange } from '../../python/bounded-jinja.ts';
import { jinjaFunction, plainValue } from '../../python/jinja-function.ts';
import { isPlainNunjucks, renderVariables } from './nunjucks.ts';

type Vars = Readonly<Record<string, unknown>>;
export type NunjucksFilter = (value: unknown, ...given: unknown[]) => unknown;
/** Filters of a config's own, by name. */
export type NunjucksFilters = ReadonlyMap<string, NunjucksFilter>;

interface Node {
  type: string;
  [key: string]: unknown;
}

const NO_FILTERS: NunjucksFilters = new Map();

/** The text with the variables' values in it, by the interpreter only where it needs one. @throws AssayError IMPORT_UNSUPPORTED */
export function renderNunjucks(
  text: string,
  vars: Vars,
  at: SourcePlace,
  filters: NunjucksFilters = NO_FILTERS,
): string {
  return isPlainNunjucks(text) ? renderVariables(text, vars, at) : renderNunjucksTemplate(text, vars, at, filters);
}

/**
 * A Nunjucks text with blocks, filters and expressions, by a bounded interpreter of Jinja, whose grammar it shares. Names that
 * are not known are empty; nothing is escaped.
 * @throws AssayError IMPORT_UNSUPPORTED where it is no such text, names the environment, or fails
 */
export function renderNunjucksTemplate(text: string, vars: Vars, at: SourcePlace, own: NunjucksFilters): string {
  try {
    // The tokenizer drops one last line end, which Nunjucks keeps.
    const program = parse(tokenize(text.endsWith('\n') ? `${text}\n` : text, {}));
    adapt(program as unknown as Node, own);
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...vars })) environment.set(name, value);
    const filters = new Map([...Object.entries(FILTERS), ...own]);
    for (const [name, filter] of filters) environment.setVariable(`__filter_${name}`, asJinja(filter));
    environment.setVariable('__text', asJinja(nunjucksText));
    return (new BoundedInterpreter(environment).run(program) as { value: string }).value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
    throw new AssayError('IMPORT_UNSUPPORTED', `the template ${JSON.stringify(shown)} fails: ${reason}`, { at, cause });
  }
}

/** A value as JavaScript shows it, as Nunjucks does: a list by commas, a mapping by no more than that it is one. */
const nunjucksText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const GLOBALS: Vars = {
  ...{ true: true, false: false, none: null, null: null },
  range: jinjaRange,
};

const asJinja = (filter: NunjucksFilter): ReturnType<typeof jinjaFunction> =>
  jinjaFunction((args) => filter(...(args.map(plainValue) as [unknown])));

const textOf = (value: unknown): string => nunjucksText(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [...value] : [];
const named = (value: unknown, name: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as Vars)[String(name)] : undefined;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
const isEmpty = (value: unknown): boolean => value === undefined || value === null;

/** Nunjucks' own filters, but for those that make HTML or random choices. @see https://mozilla.github.io/nunjucks/templating.html */
const FILTERS: Readonly<Record<string, NunjucksFilter>> = {
  abs: (value) => Math.abs(Number(value)),
  capitalize: (value) => capital(textOf(value)),
  default: (value, other = '', isFalsy = false) =>
    isFalsy === true ? value || other : value === undefined ? other : value,
  dump: (value, spaces) => JSON.stringify(value, null, spaces as number),
  first: (value) => listOf(value)[0],
  float: (value, other = 0) =>
    Number.isNaN(Number.parseFloat(String(value))) ? other : Number.parseFloat(String(value)),
  int: (value, other = 0) =>
    Number.isNaN(Number.parseInt(String(value), 10)) ? other : Number.parseInt(String(value), 10),
  join: (value, by = '', name) =>
    listOf(value)
      .map((each) => textOf(isEmpty(name) ? each : named(each, name)))
      .join(String(by)),
  last: (value) => listOf(value).at(-1),
  length: (value) =>
    (typeof value === 'object' && !Array.isArray(value) ? Object.keys(value ?? {}) : listOf(value)).length,
  list: (value) => listOf(value),
  lower: (value) => textOf(value).toLowerCase(),
  replace: (value, from, to) => textOf(value).replaceAll(String(from), () => textOf(to)),
  reverse: (value) => (typeof value === 'string' ? [...value].reverse().join('') : listOf(value).toReversed()),
  round: (value, digits = 0) => Math.round(Number(value) * 10 ** Number(digits)) / 10 ** Number(digits),
  safe: (value) => textOf(value),
  string: (value) => textOf(value),
  sum: (value, name) =>
    listOf(value).reduce((sum: number, each) => sum + Number(isEmpty(name) ? each : named(each, name)), 0),
  title: (value) => textOf(value).split(' ').map(capital).join(' '),
  trim: (value) => textOf(value).trim(),
  upper: (value) => textOf(value).toUpperCase(),
  wordcount: (value) => textOf(value).match(/\w+/g)?.length ?? null,
};
const ALIASES: Readonly<Record<string, string>> = { d: 'default', count: 'length' };

/** Rewrites a tree: each `{{ … }}` becomes a text, and filters calls of functions. */
function adapt(node: Node, own: NunjucksFilters): void {
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const each of child) if (isNode(each)) adapt(each, own);
      if (BLOCKS.has(key)) node[key] = child.map((each: Node) => (STATEMENTS.has(each.type) ? each : asText(each)));
    } else if (isNode(child)) adapt(child, own);
  }
  if (node.type === 'MemberExpression' && (node.object as Node).value === 'env')
    throw new Error('it names a variable of the environment');
  if (node.type === 'FilterExpression') filterToCall(node, own);
}

const BLOCKS: ReadonlySet<string> = new Set(['body', 'alternate', 'defaultBlock']);
const STATEMENTS: ReadonlySet<string> = new Set([
  ...['If', 'For', 'Set', 'Macro', 'Break', 'Continue', 'Comment', 'CallStatement', 'FilterStatement'],
]);

const asText = (node: Node): Node => ({ type: 'CallExpression', callee: identifier('__text'), args: [node] });

function filterToCall(node: Node, own: NunjucksFilters): void {
  const filter = node.filter as Node & { callee?: Node; args?: Node[] };
  const written = String((filter.callee ?? filter).value);
  const name = own.has(written) ? written : (ALIASES[written] ?? written);
  if (!own.has(name) && !Object.hasOwn(FILTERS, name)) throw new Error(`the filter ${written} is not known`);
  node.type = 'CallExpression';
  node.callee = identifier(`__filter_${name}`);
  node.args = [node.operand as Node, ...(filter.args ?? [])];
}

const identifier = (value: string): Node => ({ type: 'Identifier', value });
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
