import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { TemplateLimits } from './template-limits.ts';

const MAX_STEPS = 500_000;
const MAX_CHARACTERS = 2 ** 24;

/** Expressions that make a new value, where names only lead to one. */
const MAKERS: ReadonlySet<string> = new Set([
  'BinaryExpression',
  'CallExpression',
  'FilterExpression',
  'SliceExpression',
  'ArrayLiteral',
]);

type Program = ReturnType<typeof parse>;
/** A value of the template's. */
interface Evaluated {
  readonly value: unknown;
}

/** The package's types do not reach its class. */
const JinjaInterpreter = Interpreter as unknown as new (
  environment: Environment,
) => {
  run(program: Program): Evaluated;
  evaluate(node: unknown, environment: unknown): Evaluated;
  evaluateBlock(nodes: readonly unknown[], environment: unknown): Evaluated;
};

/**
 * Runs a Jinja template of someone else: its loops, recursions and texts are counted and end at a limit, for a template
 * that never ends would hold up the thread beyond every deadline.
 */
export class BoundedInterpreter extends JinjaInterpreter {
  #steps = 0;
  readonly #most: { readonly steps: number; readonly characters: number };

  constructor(environment: Environment, { steps = MAX_STEPS, characters = MAX_CHARACTERS }: TemplateLimits = {}) {
    super(environment);
    this.#most = { steps, characters };
  }

  override evaluate(node: unknown, environment: unknown): Evaluated {
    this.#count(1);
    const value = super.evaluate(node, environment);
    if (MAKERS.has((node as { readonly type?: string } | undefined)?.type ?? '')) this.#countMade(value.value);
    return value;
  }

  /** A loop comes here for each turn, with an empty body too. */
  override evaluateBlock(nodes: readonly unknown[], environment: unknown): Evaluated {
    this.#count(1);
    return super.evaluateBlock(nodes, environment);
  }

  #count(steps: number): void {
    this.#steps += steps;
    const { steps: most } = this.#most;
    if (this.#steps > most) throw new Error(`it takes more than ${most.toLocaleString('en')} steps`);
  }

  /** A list costs what filling it does, a text what copying it does. */
  #countMade(value: unknown): void {
    if (Array.isArray(value)) this.#count(value.length / 16);
    if (typeof value !== 'string') return;
    const { characters: most } = this.#most;
    if (value.length > most) throw new Error(`it makes a text of more than ${most.toLocaleString('en')} characters`);
    this.#count(value.length / 4096);
  }
}

/** Jinja's `range(stop)`, `range(start, stop)` and `range(start, stop, step)`, as long as a template can go through it. */
export function jinjaRange(from: number, to?: number, step = 1): number[] {
  const [start, stop] = to === undefined ? [0, from] : [from, to];
  if (step === 0) throw new Error('range() has a step of 0');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_STEPS)) throw new Error(`range() has more than ${MAX_STEPS.toLocaleString('en')} numbers`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** A chat template, with the names that transformers gives it. @see https://huggingface.co/docs/transformers/chat_templating */
export class BoundedTemplate {
  readonly #program: Program;
  readonly #limits: TemplateLimits;

  /** @throws Error for a text that is no template */
  constructor(text: string, limits: TemplateLimits = {}) {
    this.#limits = limits;
    this.#program = parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }));
  }

  /** @throws Error where the template refuses what it is given, or does not come to its end */
  render(items: Readonly<Record<string, unknown>> = {}): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...globals(), ...items })) environment.set(name, value);
    return (new BoundedInterpreter(environment, this.#limits).run(this.#program) as { value: string }).value;
  }
}

function globals(): Record<string, unknown> {
  const literals = { false: false, False: false, true: true, True: true, none: null, None: null };
  const refuse = (message: string): never => {
    throw new Error(message);
  };
  return { ...literals, raise_exception: refuse, range: jinjaRange, strftime_now: strftimeNow };
}

/** `strftime_now(format)` of transformers, in English whatever the machine's language. */
function strftimeNow(format: string): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = (style: 'long' | 'short'): string => new Intl.DateTimeFormat('en', { month: style }).format(now);
  const parts: Readonly<Record<string, string>> = {
    Y: String(now.getFullYear()),
    m: two(now.getMonth() + 1),
    d: two(now.getDate()),
    b: month('short'),
    B: month('long'),
    H: two(now.getHours()),
    M: two(now.getMinutes()),
    '%': '%',
  };
  return format.replace(/%([YmdbBHM%])/g, (_, letter: string) => parts[letter]!);
}
