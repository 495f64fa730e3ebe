import type { AssertionKind, CharacterTest, ParsedPattern, PatternNode } from './syntax.ts';

/** One step of a pattern's program; numbers of other steps are their places in it. */
export type Step =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly is: AssertionKind }
  | { readonly kind: 'mark'; readonly slot: number }
  | { readonly kind: 'either'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | {
      readonly kind: 'look';
      readonly isNegative: boolean;
      /** How far before the place to begin; 0 looks ahead. */
      readonly behind: number;
      /** Where to go on. */
      readonly next: number;
    }
  | { readonly kind: 'found' };

const MOST_STEPS = 20_000;

/** A pattern as steps; what a look-around looks for stands right behind its step. @throws SyntaxError */
export function compileProgram({ root }: ParsedPattern): readonly Step[] {
  const steps: Step[] = [];
  emit(root, steps);
  push(steps, { kind: 'found' });
  return steps;
}

function push(steps: Step[], step: Step): number {
  if (steps.length >= MOST_STEPS) throw new SyntaxError(`a pattern of more than ${MOST_STEPS} steps is not supported`);
  return steps.push(step) - 1;
}

function emit(node: PatternNode, steps: Step[]): void {
  switch (node.kind) {
    case 'character':
    case 'assertion':
      push(steps, node);
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, steps);
      return;
    case 'choice':
      emitChoice(node.branches, steps);
      return;
    case 'group':
      push(steps, { kind: 'mark', slot: 2 * node.index });
      emit(node.body, steps);
      push(steps, { kind: 'mark', slot: 2 * node.index + 1 });
      return;
    case 'repeat':
      emitRepeat(node, steps);
      return;
    case 'look':
      emitLook(node, steps);
  }
}

function emitChoice(branches: readonly PatternNode[], steps: Step[]): void {
  const ends: number[] = [];
  for (const [i, branch] of branches.entries()) {
    if (i === branches.length - 1) {
      emit(branch, steps);
      break;
    }
    const fork = push(steps, { kind: 'jump', to: 0 });
    emit(branch, steps);
    ends.push(push(steps, { kind: 'jump', to: 0 }));
    steps[fork] = { kind: 'either', first: fork + 1, second: steps.length };
  }
  for (const end of ends) steps[end] = { kind: 'jump', to: steps.length };
}

function emitRepeat({ body, least, most, isLazy }: Extract<PatternNode, { kind: 'repeat' }>, steps: Step[]): void {
  for (let i = 0; i < least; i += 1) emit(body, steps);
  const forks: number[] = [];
  if (most === Number.POSITIVE_INFINITY) {
    forks.push(push(steps, { kind: 'jump', to: 0 }));
    emit(body, steps);
    push(steps, { kind: 'jump', to: forks[0]! });
  } else {
    for (let i = least; i < most; i += 1) {
      forks.push(push(steps, { kind: 'jump', to: 0 }));
      emit(body, steps);
    }
  }
  const end = steps.length;
  for (const fork of forks) {
    const [first, second] = isLazy ? [end, fork + 1] : [fork + 1, end];
    steps[fork] = { kind: 'either', first, second };
  }
}

function emitLook({ body, isBehind, isNegative }: Extract<PatternNode, { kind: 'look' }>, steps: Step[]): void {
  const at = push(steps, { kind: 'jump', to: 0 });
  emit(body, steps);
  push(steps, { kind: 'found' });
  const behind = isBehind ? widthOf(body) : 0;
  steps[at] = { kind: 'look', isNegative, behind, next: steps.length };
}

/** Python looks behind for texts of one length only. */
function widthOf(node: PatternNode): number {
  switch (node.kind) {
    case 'character':
      return 1;
    case 'assertion':
    case 'look':
      return 0;
    case 'group':
      return widthOf(node.body);
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + widthOf(part), 0);
    case 'repeat': {
      const width = widthOf(node.body);
      return width === 0 || node.least === node.most ? node.least * width : variable();
    }
    case 'choice': {
      const [first = 0, ...others] = node.branches.map(widthOf);
      return others.every((each) => each === first) ? first : variable();
    }
  }
}

function variable(): never {
  throw new SyntaxError('look-behind requires fixed-width pattern');
}
