import { AssayError } from '@assay/core/errors';
import {
  type CodePoints,
  characters,
  type Expression,
  either,
  literal,
  NOTHING,
  repeat,
  sequence,
} from './expression.ts';

/** How one character of the text is written: itself, or as JSON has it inside quotes. */
export type WriteCharacters = (ranges: readonly CodePoints[]) => Expression;

const ALL: CodePoints = [0, 0x10ffff];
const CLASSES: Readonly<Record<string, readonly CodePoints[]>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 13],
    [32, 32],
    [0xa0, 0xa0],
    [0xfeff, 0xfeff],
    [0x2028, 0x2029],
  ],
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
const MOST_REPEATS = 1000;
const MOST_NESTING = 100;

/**
 * A regular expression as a grammar: ECMAScript's syntax without look-around, references back, word borders and anchors
 * inside; sizes of repetitions up to 1,000.
 * @param unanchored whether the pattern may match anywhere, as in JSON Schema, or is the whole text
 * @throws AssayError RUNNER_CONSTRAINT
 */
export function regexExpression(pattern: string, unanchored: boolean, write: WriteCharacters = characters): Expression {
  const starts = pattern.startsWith('^');
  const ends = pattern.endsWith('$') && !/(^|[^\\])(\\\\)*\\\$$/.test(pattern);
  const body = pattern.slice(starts ? 1 : 0, ends ? -1 : undefined);
  const parser = new Parser(body, write);
  const whole = parser.parse();
  if (!unanchored) return whole;
  // An anchor belongs to one choice alone where there are several.
  if ((starts || ends) && parser.hasChoices) throw unsupported(pattern, 'an anchor beside |: put the choices in ( )');
  const anything = repeat(write([ALL]), 0, null);
  return sequence(starts ? NOTHING : anything, whole, ends ? NOTHING : anything);
}

function unsupported(pattern: string, what: string): AssayError {
  return new AssayError('RUNNER_CONSTRAINT', `the pattern ${JSON.stringify(pattern.slice(0, 80))} has ${what}`, {
    hint: 'literals, classes, groups, | and repetitions are supported',
  });
}

class Parser {
  readonly #source: string;
  readonly #text: readonly string[];
  readonly #write: WriteCharacters;
  #at = 0;
  #depth = 0;
  /** Whether | stands outside all groups. */
  hasChoices = false;

  constructor(source: string, write: WriteCharacters) {
    this.#source = source;
    this.#text = [...source];
    this.#write = write;
  }

  parse(): Expression {
    const whole = this.#choices();
    if (this.#at < this.#text.length) throw this.#fault('an unmatched )');
    return whole;
  }

  #choices(): Expression {
    const isOutside = this.#depth === 0;
    const options = [this.#sequence()];
    while (this.#take('|')) {
      if (isOutside) this.hasChoices = true;
      options.push(this.#sequence());
    }
    return either(...options);
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)) parts.push(this.#repeated());
    return sequence(...parts);
  }

  #repeated(): Expression {
    const part = this.#atom();
    let [least, most]: [number, number | null] = [1, 1];
    if (this.#take('*')) [least, most] = [0, null];
    else if (this.#take('+')) [least, most] = [1, null];
    else if (this.#take('?')) [least, most] = [0, 1];
    else if (this.#text[this.#at] === '{') [least, most] = this.#counts();
    else return part;
    // Lazy or not, the same texts match.
    this.#take('?');
    return repeat(part, least, most);
  }

  #counts(): [number, number | null] {
    const [whole, low, comma, high] = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#text.slice(this.#at).join('')) ?? [];
    if (whole === undefined) throw this.#fault('a { that counts nothing: write \\{');
    this.#at += whole.length;
    const least = Number(low);
    const most = comma === undefined ? least : high === '' ? null : Number(high);
    if (Math.max(least, most ?? 0) > MOST_REPEATS) throw this.#fault(`a repetition above ${MOST_REPEATS}`);
    if (most !== null && most < least) throw this.#fault('a repetition whose most is below its least');
    return [least, most];
  }

  #atom(): Expression {
    const character = this.#text[this.#at++]!;
    if (character === '(') return this.#group();
    if (character === '[') return this.#write(this.#class());
    if (character === '.') return this.#write(complement([10, 13, 0x2028, 0x2029].map((each) => [each, each])));
    if (character === '\\') return this.#write(this.#escape());
    if ('^$'.includes(character)) throw this.#fault(`the anchor ${character} inside`);
    if ('*+?'.includes(character)) throw this.#fault(`a ${character} that repeats nothing`);
    return this.#write([pointOf(character)]);
  }

  #group(): Expression {
    if (this.#take('?')) {
      if (!this.#take(':')) throw this.#fault('a group of a kind other than (?:');
    }
    if (++this.#depth > MOST_NESTING) throw this.#fault('too many groups inside one another');
    const inner = this.#choices();
    this.#depth--;
    if (!this.#take(')')) throw this.#fault('an unmatched (');
    return inner;
  }

  #class(): readonly CodePoints[] {
    const isNegated = this.#take('^');
    const ranges: CodePoints[] = [];
    while (!this.#take(']')) {
      if (this.#at >= this.#text.length) throw this.#fault('an unmatched [');
      const from = this.#classMember();
      const isRange = this.#text[this.#at] === '-' && ![undefined, ']'].includes(this.#text[this.#at + 1]);
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      this.#at++;
      const to = this.#classMember();
      const [low, high] = [from[0]![0], to[0]![1]];
      if (from.length > 1 || to.length > 1 || low > high) throw this.#fault('a range that is none');
      ranges.push([low, high]);
    }
    return isNegated ? complement(ranges) : ranges;
  }

  #classMember(): readonly CodePoints[] {
    const character = this.#text[this.#at++];
    if (character === undefined) throw this.#fault('an unmatched [');
    if (character !== '\\') return [pointOf(character)];
    if (this.#take('b')) return [[8, 8]];
    return this.#escape();
  }

  #escape(): readonly CodePoints[] {
    const letter = this.#text[this.#at++];
    if (letter === undefined) throw this.#fault('a \\ at its end');
    const ranges = CLASSES[letter.toLowerCase()];
    if (ranges !== undefined) return letter === letter.toLowerCase() ? ranges : complement(ranges);
    if (letter in CONTROLS) return [[CONTROLS[letter]!, CONTROLS[letter]!]];
    if (letter === 'x' || letter === 'u') {
      const digits = new RegExp(letter === 'x' ? '^[0-9a-f]{2}' : '^[0-9a-f]{4}', 'i').exec(
        this.#text.slice(this.#at, this.#at + 4).join(''),
      )?.[0];
      if (digits === undefined) throw this.#fault(`\\${letter} without its digits`);
      this.#at += digits.length;
      const point = Number.parseInt(digits, 16);
      return [[point, point]];
    }
    if (/[a-z0-9]/i.test(letter)) throw this.#fault(`\\${letter}`);
    return [pointOf(letter)];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fault(what: string): AssayError {
    return unsupported(this.#source, what);
  }
}

function pointOf(character: string): CodePoints {
  const point = character.codePointAt(0)!;
  return [point, point];
}

/** All other code points. */
export function complement(ranges: readonly CodePoints[]): CodePoints[] {
  const found: CodePoints[] = [];
  let from = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > from) found.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= ALL[1]) found.push([from, ALL[1]]);
  return found;
}

/** One of several texts, each as it is. */
export function choiceExpression(choices: readonly string[]): Expression {
  return either(...choices.map(literal));
}
