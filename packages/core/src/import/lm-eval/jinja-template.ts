import { Environment, parse, tokenize } from '@huggingface/jinja';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { BoundedInterpreter, jinjaRange } from '../../python/bounded-jinja.ts';
import { jinjaFunction } from '../../python/jinja-function.ts';
import { pythonPattern } from '../../python/pattern.ts';
import { PYTHON_METHODS } from './python-methods.ts';
import { pythonText } from './python-text.ts';

/** A row of the dataset by its columns. */
export type Doc = Readonly<Record<string, unknown>>;

export interface JinjaTemplate {
  /** @throws AssayError PROMPT_TEMPLATE where the row lacks what the template names */
  render(doc: Doc): string;
}

interface Node {
  type: string;
  [key: string]: unknown;
}

/**
 * A Jinja template as lm-evaluation-harness renders it: undefined names are errors, line ends after blocks stay, values
 * are written as Python's `str` writes them, and texts and lists have Python's methods.
 * @throws AssayError PROMPT_TEMPLATE
 */
export function compileJinja(text: string, at: SourcePlace): JinjaTemplate {
  try {
    // The tokenizer drops one last line end; lm-evaluation-harness keeps it.
    const program = parse(tokenize(text.endsWith('\n') ? `${text}\n` : text, {}));
    adapt(program as unknown as Node);
    return { render: (doc) => renderWith(program, doc, text, at) };
  } catch (cause) {
    throw failure(text, at, cause);
  }
}

function renderWith(program: ReturnType<typeof parse>, doc: Doc, text: string, at: SourcePlace): string {
  try {
    const environment = new Environment();
    for (const [name, value] of GLOBALS) environment.setVariable(name, value);
    for (const [name, value] of Object.entries(doc)) {
      if (!environment.variables.has(name)) environment.set(name, value);
    }
    return (new BoundedInterpreter(environment).run(program) as { value: string }).value;
  } catch (cause) {
    throw failure(text, at, cause);
  }
}

function failure(text: string, at: SourcePlace, cause: unknown): AssayError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AssayError('PROMPT_TEMPLATE', `the template ${JSON.stringify(shown)} fails: ${reason}`, { at, cause });
}

/** Rewrites a tree: each `{{ … }}` goes through Python's str, methods that the interpreter lacks become function calls. */
function adapt(node: Node): void {
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const each of child) if (isNode(each)) adapt(each);
      if (BLOCKS.has(key)) node[key] = child.map((each: Node) => asText(each));
    } else if (child instanceof Map) {
      for (const [name, value] of child) {
        if (isNode(name)) adapt(name);
        if (isNode(value)) adapt(value);
      }
    } else if (isNode(child)) adapt(child);
  }
  if (node.type === 'CallExpression') methodToCall(node);
  if (node.type === 'FilterExpression') filterToCall(node);
}

const BLOCKS: ReadonlySet<string> = new Set(['body', 'alternate', 'defaultBlock']);
const STATEMENTS: ReadonlySet<string> = new Set([
  ...['If', 'For', 'Set', 'Macro', 'Break', 'Continue', 'Comment', 'CallStatement', 'FilterStatement'],
]);

function asText(node: Node): Node {
  if (STATEMENTS.has(node.type)) return node;
  return { type: 'CallExpression', callee: identifier('__text'), args: [node] };
}

function methodToCall(node: Node): void {
  const callee = node.callee as Node & { object: Node; property: Node; computed: boolean };
  if (callee.type !== 'MemberExpression' || callee.computed) return;
  const method = callee.property.value as string;
  if (!(method in PYTHON_METHODS)) return;
  node.callee = identifier(`__${method}`);
  node.args = [callee.object, ...(node.args as Node[])];
}

function filterToCall(node: Node): void {
  const filter = node.filter as Node & { callee?: Node; args?: Node[] };
  const name = (filter.callee ?? filter).value;
  if (name !== 'regex_replace') return;
  const { operand } = node;
  node.type = 'CallExpression';
  node.callee = identifier('__regex_replace');
  node.args = [operand as Node, ...(filter.args ?? [])];
}

const identifier = (value: string): Node => ({ type: 'Identifier', value });
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function globals(): Map<string, ReturnType<Environment['set']>> {
  const made = new Environment();
  for (const [name, value] of [
    ['true', true],
    ['True', true],
    ['false', false],
    ['False', false],
    ['none', null],
    ['None', null],
  ] as const) {
    made.set(name, value);
  }
  made.set('range', jinjaRange);
  made.setVariable(
    '__text',
    jinjaFunction(([value]) => pythonText(value!)),
  );
  made.setVariable(
    '__regex_replace',
    jinjaFunction(([text, pattern, replacement]) => {
      if (replacement?.value !== '') throw new Error('regex_replace can only remove here: write "" as the replacement');
      return pythonPattern(String(pattern?.value)).remove(pythonText(text!));
    }),
  );
  for (const [name, method] of Object.entries(PYTHON_METHODS)) made.setVariable(`__${name}`, jinjaFunction(method));
  return made.variables;
}

const GLOBALS = globals();
