import { classTest, lineEnd, rangeTest } from './character-tests.ts';
import { PatternReader } from './pattern-reader.ts';
import { readSet } from './read-set.ts';
import type { AssertionKind, ParsedPattern, PatternFlags, PatternNode } from './syntax.ts';

const MAX_DEPTH = 200;
const ASSERTIONS: Readonly<Record<string, AssertionKind>> = { b: 'word-edge', B: 'inner', A: 'start', Z: 'end' };

/**
 * Reads a pattern of Python's `re` with look-around; back-references, conditions, atomic groups and possessive repeats are
 * refused. @throws SyntaxError
 * @see https://docs.python.org/3/library/re.html#regular-expression-syntax
 */
export function parsePattern(text: string, flags: PatternFlags): ParsedPattern {
  const parser = new Parser(text, flags);
  const root = parser.choice();
  if (!parser.reader.isDone) throw new SyntaxError('unbalanced parenthesis');
  return { root, groupCount: parser.groupCount, names: parser.names };
}

class Parser {
  readonly reader: PatternReader;
  readonly names: Record<string, number> = Object.create(null);
  groupCount = 0;
  #flags: PatternFlags;
  #depth = 0;

  constructor(text: string, flags: PatternFlags) {
    this.reader = new PatternReader(text);
    this.#flags = flags;
  }

  choice(): PatternNode {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new SyntaxError('groups are nested too deep');
    const branches = [this.#sequence()];
    while (this.reader.take('|')) branches.push(this.#sequence());
    this.#depth -= 1;
    return branches.length === 1 ? branches[0]! : { kind: 'choice', branches };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.reader.isDone && this.reader.next !== '|' && this.reader.next !== ')') {
      const part = this.#atom();
      if (part !== undefined) parts.push(this.#repeated(part));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #repeated(body: PatternNode): PatternNode {
    const count = this.reader.repeat();
    if (count === undefined) return body;
    const isLazy = this.reader.take('?');
    if (this.reader.take('+')) throw new SyntaxError('possessive repeats are not supported');
    if (this.reader.repeat() !== undefined) throw new SyntaxError('multiple repeat');
    return { kind: 'repeat', body, ...count, isLazy };
  }

  #atom(): PatternNode | undefined {
    const character = this.reader.read();
    const { ignoreCase, multiline, dotAll } = this.#flags;
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', test: readSet(this.reader, ignoreCase) };
      case '.':
        return { kind: 'character', test: dotAll ? () => true : (code) => code !== lineEnd };
      case '^':
        return { kind: 'assertion', is: multiline ? 'line-start' : 'start' };
      case '$':
        return { kind: 'assertion', is: multiline ? 'line-end' : 'last-line-end' };
      case '*':
      case '+':
      case '?':
        throw new SyntaxError('nothing to repeat');
      case '\\':
        return this.#escape();
      default:
        return literal(character, ignoreCase);
    }
  }

  #escape(): PatternNode {
    const letter = this.reader.next;
    const assertion = ASSERTIONS[letter];
    const test = classTest(letter);
    if (assertion !== undefined || test !== undefined) this.reader.read();
    if (assertion !== undefined) return { kind: 'assertion', is: assertion };
    if (test !== undefined) return { kind: 'character', test };
    if (/[1-9]/.test(letter)) throw new SyntaxError('back-references are not supported');
    return literal(this.reader.escaped(), this.#flags.ignoreCase);
  }

  #group(): PatternNode | undefined {
    if (!this.reader.take('?')) return this.#capture();
    if (this.reader.take('P<')) {
      const name = this.reader.until('>');
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || name in this.names)
        throw new SyntaxError(`bad group name "${name}"`);
      this.names[name] = this.groupCount + 1;
      return this.#capture();
    }
    if (this.reader.take('#')) {
      this.reader.until(')');
      return undefined;
    }
    for (const [opening, isBehind, isNegative] of LOOKS) {
      if (this.reader.take(opening)) return { kind: 'look', body: this.#closed(), isBehind, isNegative };
    }
    return this.#flagged();
  }

  #capture(): PatternNode {
    this.groupCount += 1;
    const index = this.groupCount;
    return { kind: 'group', index, body: this.#closed() };
  }

  /** `(?:…)`, `(?i)` at the start of the pattern, `(?s-i:…)`. */
  #flagged(): PatternNode | undefined {
    const at = this.reader.at;
    const [, on = '', off = ''] = /^([aimsu]*)(?:-([ims]+))?(?=[:)])/.exec(this.reader.rest) ?? [];
    const length = on.length + (off === '' ? 0 : off.length + 1);
    const before = this.#flags;
    this.#flags = {
      ignoreCase: (before.ignoreCase || on.includes('i')) && !off.includes('i'),
      multiline: (before.multiline || on.includes('m')) && !off.includes('m'),
      dotAll: (before.dotAll || on.includes('s')) && !off.includes('s'),
    };
    this.reader.skip(length);
    if (this.reader.take(':')) {
      const body = this.#closed();
      this.#flags = before;
      return body;
    }
    if (length === 0 || at !== 2 || !this.reader.take(')'))
      throw new SyntaxError(`"(?${this.reader.rest.slice(0, 3)}" is not supported`);
    return undefined;
  }

  #closed(): PatternNode {
    const body = this.choice();
    if (!this.reader.take(')')) throw new SyntaxError('missing ), unterminated subpattern');
    return body;
  }
}

const LOOKS = [
  ['=', false, false],
  ['!', false, true],
  ['<=', true, false],
  ['<!', true, true],
] as const;

function literal(character: string, ignoreCase: boolean): PatternNode {
  const code = character.codePointAt(0)!;
  return { kind: 'character', test: rangeTest(code, code, ignoreCase) };
}
