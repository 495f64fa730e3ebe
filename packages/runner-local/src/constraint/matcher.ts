import { AssayError } from '@assay/core/errors';
import type { Automaton, Node } from './automaton.ts';

/** Where a rule goes on once it has called another. */
interface Frame {
  readonly id: number;
  readonly node: Node;
  readonly parent: Frame | null;
  readonly depth: number;
  /** Fewest bytes from `node` to the end of all. */
  readonly distance: number;
}

interface Place {
  readonly node: Extract<Node, { kind: 'byte' }>;
  readonly stack: Frame | null;
}

/** Where a text may stand in a grammar: all places at once. */
export interface State {
  readonly places: readonly Place[];
  /** The text may end here. */
  readonly accepts: boolean;
  /** Fewest bytes to an end. */
  readonly distance: number;
  /** The one byte that can follow, where there is only one and the text may not end; else -1. */
  readonly forced: number;
  readonly next: Map<number, State | null>;
}

/** Calls inside one another, and places at once: beyond them a grammar is refused. */
const MOST_DEPTH = 512;
const MOST_PLACES = 4096;
/** States that are kept with what follows them. */
const MOST_STATES = 20_000;

/** Follows texts through a grammar; what it finds is kept, so that a second text on the same way is looked up. */
export class Matcher {
  readonly #automaton: Automaton;
  readonly #frames = new Map<string, Frame>();
  readonly #states = new Map<string, State>();
  readonly start: State;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    this.start = this.#stateOf([[automaton.start, null]]);
  }

  /** @returns null where no text goes on so */
  step(state: State, byte: number): State | null {
    const known = state.next.get(byte);
    if (known !== undefined) return known;
    const nexts = state.places.filter(({ node }) => node.low <= byte && byte <= node.high);
    const next = nexts.length === 0 ? null : this.#stateOf(nexts.map(({ node, stack }) => [node.next, stack]));
    state.next.set(byte, next);
    return next;
  }

  walk(state: State, bytes: Uint8Array): State | null {
    let at: State | null = state;
    for (let i = 0; i < bytes.length && at !== null; i++) at = this.step(at, bytes[i]!);
    return at;
  }

  /** What must follow, up to so many bytes. */
  forcedBytes(state: State, most: number): number[] {
    const bytes: number[] = [];
    for (let at: State | null = state; at !== null && at.forced >= 0 && bytes.length < most; ) {
      bytes.push(at.forced);
      at = this.step(at, at.forced);
    }
    return bytes;
  }

  #stateOf(from: readonly (readonly [Node, Frame | null])[]): State {
    const places = new Map<string, Place>();
    const visited = new Set<string>();
    let accepts = false;
    const open = [...from];
    while (open.length > 0) {
      const [node, stack] = open.pop()!;
      const key = `${node.id} ${stack?.id ?? -1}`;
      if (visited.has(key)) continue;
      visited.add(key);
      if (visited.size > MOST_PLACES) throw tooAmbiguous();
      if (node.kind === 'byte') places.set(key, { node, stack });
      else if (node.kind === 'split') for (const next of node.nexts) open.push([next, stack]);
      else if (node.kind === 'call') open.push([this.#automaton.rules.get(node.rule)!, this.#frame(node.next, stack)]);
      else if (stack === null) accepts = true;
      else open.push([stack.node, stack.parent]);
    }
    return this.#kept(places, accepts);
  }

  /** A call at the end of a rule needs no way back to it. */
  #frame(node: Node, parent: Frame | null): Frame | null {
    if (node.kind === 'end') return parent;
    const key = `${node.id} ${parent?.id ?? -1}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MOST_DEPTH) throw tooAmbiguous();
    const distance = this.#automaton.distances[node.id]! + (parent?.distance ?? 0);
    const frame = { id: this.#frames.size, node, parent, depth, distance };
    this.#frames.set(key, frame);
    return frame;
  }

  #kept(found: ReadonlyMap<string, Place>, accepts: boolean): State {
    const key = `${accepts} ${[...found.keys()].sort().join(',')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const places = [...found.values()];
    let distance = accepts ? 0 : Number.POSITIVE_INFINITY;
    for (const { node, stack } of places)
      distance = Math.min(distance, this.#automaton.distances[node.id]! + (stack?.distance ?? 0));
    const [first] = places;
    const byte = first?.node.low ?? -1;
    const isForced = !accepts && places.every(({ node }) => node.low === byte && node.high === byte);
    const state: State = { places, accepts, distance, forced: isForced ? byte : -1, next: new Map() };
    if (this.#states.size >= MOST_STATES) this.#states.clear();
    this.#states.set(key, state);
    return state;
  }
}

function tooAmbiguous(): AssayError {
  return new AssayError('RUNNER_CONSTRAINT', 'the wanted form can be read in too many ways at once', {
    hint: 'simplify it: fewer choices that begin alike, no $ref that leads to itself at once',
  });
}
