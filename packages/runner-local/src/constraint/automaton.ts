import { AssayError } from '@assay/core/errors';
import type { Expression, Grammar } from './expression.ts';

/** A place in a rule. `end` goes back to where the rule was called. */
export type Node = { readonly id: number } & (
  | { readonly kind: 'byte'; readonly low: number; readonly high: number; readonly next: Node }
  | { readonly kind: 'split'; nexts: readonly Node[] }
  | { readonly kind: 'call'; readonly rule: string; readonly next: Node }
  | { readonly kind: 'end' }
);

export interface Automaton {
  readonly start: Node;
  readonly rules: ReadonlyMap<string, Node>;
  readonly size: number;
  /** By node: the fewest bytes to the end of its rule. */
  readonly distances: Float64Array;
}

/** Nodes of one grammar: counted repetitions are written out, so that a short pattern may ask for many. */
const MOST_NODES = 60_000;

/** @throws AssayError RUNNER_CONSTRAINT for a grammar that grows too large, or that no text meets */
export function buildAutomaton({ root, rules }: Grammar): Automaton {
  const builder = new Builder();
  const start = builder.rule(root);
  const starts = new Map(Array.from(rules, ([name, expression]) => [name, builder.rule(expression)] as const));
  const distances = distancesOf(builder.nodes, starts);
  if (distances[start.id] === Number.POSITIVE_INFINITY) {
    throw new AssayError('RUNNER_CONSTRAINT', 'no text meets the wanted form', {
      hint: 'check what excludes what: required and false, minimum and maximum, a $ref to itself',
    });
  }
  return { start, rules: starts, size: builder.nodes.length, distances };
}

class Builder {
  readonly nodes: Node[] = [];
  /** Parts that stand before the same node are built once: an object's optional members share what follows them. */
  readonly #built = new Map<Expression, Map<Node, Node>>();

  rule(expression: Expression): Node {
    return this.#build(
      expression,
      this.#add((id) => ({ id, kind: 'end' })),
    );
  }

  #build(expression: Expression, next: Node): Node {
    const known = this.#built.get(expression) ?? new Map<Node, Node>();
    if (known.size === 0) this.#built.set(expression, known);
    const node = known.get(next) ?? this.#make(expression, next);
    known.set(next, node);
    return node;
  }

  #make(expression: Expression, next: Node): Node {
    switch (expression.kind) {
      case 'byte':
        return this.#add((id) => ({ id, kind: 'byte', low: expression.low, high: expression.high, next }));
      case 'rule':
        return this.#add((id) => ({ id, kind: 'call', rule: expression.name, next }));
      case 'sequence':
        return expression.parts.reduceRight((after, part) => this.#build(part, after), next);
      case 'either': {
        const nexts = expression.options.map((option) => this.#build(option, next));
        return this.#add((id) => ({ id, kind: 'split', nexts }));
      }
      case 'repeat':
        return this.#repeat(expression, next);
    }
  }

  #repeat({ part, least, most }: Extract<Expression, { kind: 'repeat' }>, next: Node): Node {
    let after = next;
    if (most === null) {
      const loop = this.#add((id) => ({ id, kind: 'split', nexts: [] as readonly Node[] }));
      if (loop.kind === 'split') loop.nexts = [this.#build(part, loop), next];
      after = loop;
    } else {
      for (let i = least; i < most; i++) {
        const nexts = [this.#build(part, after), next];
        after = this.#add((id) => ({ id, kind: 'split', nexts }));
      }
    }
    for (let i = 0; i < least; i++) after = this.#build(part, after);
    return after;
  }

  #add(make: (id: number) => Node): Node {
    if (this.nodes.length >= MOST_NODES) {
      throw new AssayError('RUNNER_CONSTRAINT', `the wanted form needs more than ${MOST_NODES} places to be followed`, {
        hint: 'use smaller counts of repetition, or fewer choices',
      });
    }
    const node = make(this.nodes.length);
    this.nodes.push(node);
    return node;
  }
}

/** Nodes stand behind those that follow them, but for loops and rules: few rounds settle all. */
function distancesOf(nodes: readonly Node[], rules: ReadonlyMap<string, Node>): Float64Array {
  const found = new Float64Array(nodes.length).fill(Number.POSITIVE_INFINITY);
  const of = (node: Node): number => {
    switch (node.kind) {
      case 'end':
        return 0;
      case 'byte':
        return 1 + found[node.next.id]!;
      case 'split':
        return node.nexts.reduce((least, next) => Math.min(least, found[next.id]!), Number.POSITIVE_INFINITY);
      case 'call':
        return found[rules.get(node.rule)!.id]! + found[node.next.id]!;
    }
  };
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const node of nodes) {
      const distance = of(node);
      if (distance < found[node.id]!) {
        found[node.id] = distance;
        isChanged = true;
      }
    }
  }
  return found;
}
