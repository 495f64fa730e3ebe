import { PYTHON_SPACE } from '../whitespace.ts';
import type { Budget } from './budget.ts';
import { encoded } from './bytes.ts';
import { formatValue } from './format-value.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { charactersOf, itemOf } from './sequences.ts';
import { repr, str } from './show.ts';
import { asNumber, Dict, iterate, type Keywords, Tuple, type Value } from './values.ts';

type TextMethod = (text: string, args: readonly Value[], keywords: Keywords, budget: Budget) => Value;

/** Methods of `str`. @see https://docs.python.org/3/library/stdtypes.html#string-methods */
export const TEXT_METHODS: Readonly<Record<string, TextMethod>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  casefold: (text) => text.toLowerCase().replaceAll('ß', 'ss'),
  title: (text) => text.replaceAll(/\p{L}+/gu, (word) => capitalized(word)),
  capitalize: (text) => capitalized(text),
  swapcase: (text) =>
    Array.from(text, (one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())).join(''),
  strip: (text, [characters]) => stripped(text, characters, true, true),
  lstrip: (text, [characters]) => stripped(text, characters, true, false),
  rstrip: (text, [characters]) => stripped(text, characters, false, true),
  removeprefix: (text, [prefix]) => (text.startsWith(textOf(prefix)) ? text.slice(textOf(prefix).length) : text),
  removesuffix: (text, [suffix]) =>
    textOf(suffix) !== '' && text.endsWith(textOf(suffix)) ? text.slice(0, -textOf(suffix).length) : text,
  split: (text, args, keywords) => split(text, args, keywords),
  rsplit: (text, args, keywords) => rsplit(text, args, keywords),
  splitlines: (text) => lines(text),
  partition: (text, [separator]) => partitioned(text, textOf(separator), text.indexOf(textOf(separator)), false),
  rpartition: (text, [separator]) => partitioned(text, textOf(separator), text.lastIndexOf(textOf(separator)), true),
  join: (text, [values], _, budget) => joined(text, values, budget),
  replace: (text, args, keywords, budget) => replaced(text, args, keywords, budget),
  startswith: (text, [wanted, from]) => affixes(wanted).some((affix) => text.startsWith(affix, offset(text, from))),
  endswith: (text, [wanted]) => affixes(wanted).some((affix) => text.endsWith(affix)),
  find: (text, [wanted, from]) => found(text, text.indexOf(textOf(wanted), offset(text, from))),
  rfind: (text, [wanted]) => found(text, text.lastIndexOf(textOf(wanted))),
  index: (text, [wanted, from]) => needed(found(text, text.indexOf(textOf(wanted), offset(text, from)))),
  rindex: (text, [wanted]) => needed(found(text, text.lastIndexOf(textOf(wanted)))),
  count: (text, [wanted]) =>
    BigInt(textOf(wanted) === '' ? charactersOf(text).length + 1 : text.split(textOf(wanted)).length - 1),
  isdigit: (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isnumeric: (text) => /^\p{N}+$/u.test(text),
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isspace: (text) => new RegExp(`^[${PYTHON_SPACE}]+$`).test(text),
  isupper: (text) => text !== text.toLowerCase() && text === text.toUpperCase(),
  islower: (text) => text !== text.toUpperCase() && text === text.toLowerCase(),
  istitle: (text) => /\p{L}/u.test(text) && text === text.replaceAll(/\p{L}+/gu, (word) => capitalized(word)),
  isascii: (text) => Array.from(text).every((one) => one <= '\u007f'),
  format: (text, args, keywords) => formatted(text, args, keywords),
  zfill: (text, [width]) => {
    const sign = /^[-+]/.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(Number(width) - sign.length, '0');
  },
  ljust: (text, [width, fill]) => formatValue(text, `${textOr(fill, ' ')}<${str(width!)}`),
  rjust: (text, [width, fill]) => formatValue(text, `${textOr(fill, ' ')}>${str(width!)}`),
  center: (text, [width, fill]) => formatValue(text, `${textOr(fill, ' ')}^${str(width!)}`),
  translate: (text, [table]) => translated(text, table),
  encode: (text, [encoding]) => encoded(text, encoding),
};

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : raise('TypeError', 'must be str');
}

const textOr = (value: Value | undefined, otherwise: string): string =>
  value === undefined ? otherwise : textOf(value);

const CONTROLS = String.fromCharCode(0x1c, 0x1d, 0x1e, 0x85);
const LINE_END = new RegExp(`\\r\\n|[\\n\\r\\v\\f\\u2028\\u2029${CONTROLS}]`);

function lines(text: string): string[] {
  const parts = text.split(LINE_END);
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
}

function capitalized(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

function stripped(text: string, characters: Value | undefined, left: boolean, right: boolean): string {
  if (characters === undefined || characters === null) {
    const start = left ? text.replace(new RegExp(`^[${PYTHON_SPACE}]+`), '') : text;
    return right ? start.replace(new RegExp(`[${PYTHON_SPACE}]+$`), '') : start;
  }
  const members = new Set(textOf(characters));
  const all = Array.from(text);
  let [from, to] = [0, all.length];
  while (left && from < to && members.has(all[from]!)) from += 1;
  while (right && to > from && members.has(all[to - 1]!)) to -= 1;
  return all.slice(from, to).join('');
}

const WORDS = new RegExp(`[^${PYTHON_SPACE}]+`, 'g');

function split(text: string, args: readonly Value[], keywords: Keywords): Value {
  const separator = args[0] ?? keywords.get('sep') ?? null;
  const most = limitOf(args[1] ?? keywords.get('maxsplit'));
  if (separator === null) return splitWords(text, most);
  if (separator === '') raise('ValueError', 'empty separator');
  const parts = text.split(textOf(separator));
  return parts.length > most + 1 ? [...parts.slice(0, most), parts.slice(most).join(textOf(separator))] : parts;
}

function splitWords(text: string, most: number): string[] {
  const words: string[] = [];
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    if (words.length === most) return [...words, text.slice(index)];
    words.push(word);
  }
  return words;
}

function rsplit(text: string, args: readonly Value[], keywords: Keywords): Value {
  const separator = args[0] ?? keywords.get('sep') ?? null;
  const most = limitOf(args[1] ?? keywords.get('maxsplit'));
  if (most === Number.POSITIVE_INFINITY) return split(text, [separator], new Map());
  if (separator === null) {
    const words = [...text.matchAll(WORDS)];
    if (words.length <= most) return words.map(([word]) => word);
    const first = words[words.length - most - 1]!;
    const head = stripped(text.slice(0, first.index + first[0].length), undefined, true, false);
    return [head, ...words.slice(words.length - most).map(([word]) => word)];
  }
  const parts = text.split(textOf(separator));
  const cut = Math.max(0, parts.length - most);
  return cut <= 1 ? parts : [parts.slice(0, cut).join(textOf(separator)), ...parts.slice(cut)];
}

function limitOf(value: Value | undefined): number {
  const number = value === undefined ? -1 : Number(asNumber(value) ?? -1);
  return number < 0 ? Number.POSITIVE_INFINITY : number;
}

function partitioned(text: string, separator: string, at: number, fromRight: boolean): Value {
  if (at < 0) return new Tuple(fromRight ? ['', '', text] : [text, '', '']);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function joined(text: string, values: Value | undefined, budget: Budget): string {
  const parts: string[] = [];
  let size = 0;
  for (const value of iterate(values!)) {
    if (typeof value !== 'string') raise('TypeError', `sequence item ${parts.length}: expected str instance`);
    parts.push(value);
    size += value.length + text.length;
  }
  budget.size(size);
  return parts.join(text);
}

function replaced(text: string, args: readonly Value[], keywords: Keywords, budget: Budget): string {
  const [wanted, replacement] = [textOf(args[0]), textOf(args[1])];
  const most = limitOf(args[2] ?? keywords.get('count'));
  budget.size(text.length + replacement.length * (wanted === '' ? text.length : text.length / wanted.length));
  if (most === Number.POSITIVE_INFINITY) {
    return wanted === ''
      ? replacement + Array.from(text, (one) => one + replacement).join('')
      : text.replaceAll(wanted, () => replacement);
  }
  let rest = text;
  let made = '';
  for (let count = 0; count < most; count += 1) {
    const at = rest.indexOf(wanted);
    if (at < 0) break;
    made += rest.slice(0, at) + replacement;
    rest = rest.slice(at + wanted.length);
  }
  return made + rest;
}

const affixes = (wanted: Value | undefined): string[] =>
  wanted instanceof Tuple ? wanted.entries.map(textOf) : [textOf(wanted)];

/** In UTF-16 units, of a position in characters. */
function offset(text: string, from: Value | undefined): number {
  if (from === undefined || from === null) return 0;
  const characters = charactersOf(text);
  const at = Number(from) < 0 ? Math.max(0, characters.length + Number(from)) : Number(from);
  return typeof characters === 'string' ? at : characters.slice(0, at).join('').length;
}

/** In characters, of a position in UTF-16 units. */
const found = (text: string, at: number): bigint => BigInt(at < 0 ? -1 : charactersOf(text.slice(0, at)).length);

function needed(at: bigint): bigint {
  return at < 0n ? raise('ValueError', 'substring not found') : at;
}

const FIELD = /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

function formatted(text: string, args: readonly Value[], keywords: Keywords): string {
  let next = 0;
  const fieldOf = (path: string): Value => {
    const [, name = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path)!;
    let value = name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    if (value === undefined) {
      return /^\d*$/.test(name)
        ? raise('IndexError', 'Replacement index out of range for positional args tuple')
        : raise('KeyError', `'${name}'`);
    }
    for (const [, key] of rest.matchAll(/\[([^\]]*)\]/g))
      value = itemOf(value, /^\d+$/.test(key!) ? BigInt(key!) : key!);
    if (/\.\w/.test(rest)) throw new NotInterpreted('an attribute within str.format');
    return value;
  };
  return text.replaceAll(FIELD, (whole, path: string | undefined, conversion: string | undefined, spec = '') => {
    if (whole === '{{' || whole === '}}') return whole[0]!;
    if (path === undefined) return raise('ValueError', `Single '${whole}' encountered in format string`);
    const value = fieldOf(path);
    const inner = (spec as string).replaceAll(/\{([^{}]*)\}/g, (_, name: string) => str(fieldOf(name)));
    return formatValue(conversion === 'r' ? repr(value) : conversion === 's' ? str(value) : value, inner);
  });
}

function translated(text: string, table: Value | undefined): string {
  if (!(table instanceof Dict)) return raise('TypeError', 'translate needs a table');
  return Array.from(text, (one) => {
    const to = table.get(BigInt(one.codePointAt(0)!));
    return to === undefined
      ? one
      : to === null
        ? ''
        : typeof to === 'bigint'
          ? String.fromCodePoint(Number(to))
          : textOf(to);
  }).join('');
}
