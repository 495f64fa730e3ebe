import { raise } from './python-error.ts';
import { charactersOf } from './sequences.ts';
import { str } from './show.ts';
import { asNumber, typeNameOf, type Value } from './values.ts';

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/**
 * `format(value, spec)` for texts, ints and floats.
 * @see https://docs.python.org/3/library/string.html#format-specification-mini-language
 */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return str(value);
  const found = SPEC.exec(spec);
  if (found === null) return raise('ValueError', `Invalid format specifier '${spec}'`);
  const [, fill = found[5] === undefined ? ' ' : '0', align, sign = '-', , zero, width, group, precision, type] = found;
  const number = typeof value === 'boolean' && type === undefined ? undefined : asNumber(value);
  const text =
    number === undefined ? textOf(value, precision, type) : numberText(number, { sign, group, precision, type });
  const missing = Number(width ?? 0) - charactersOf(text).length;
  if (missing <= 0) return text;
  const side = align ?? (zero !== undefined && number !== undefined ? '=' : number === undefined ? '<' : '>');
  if (side === '<') return text + fill.repeat(missing);
  if (side === '>') return fill.repeat(missing) + text;
  if (side === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  const signLength = /^[-+ ]/.test(text) ? 1 : 0;
  return text.slice(0, signLength) + fill.repeat(missing) + text.slice(signLength);
}

function textOf(value: Value, precision: string | undefined, type: string | undefined): string {
  if (type !== undefined && type !== 's') {
    return raise('ValueError', `Unknown format code '${type}' for object of type '${typeNameOf(value)}'`);
  }
  const text = str(value);
  return precision === undefined ? text : [...charactersOf(text)].slice(0, Number(precision)).join('');
}

interface NumberSpec {
  readonly sign: string;
  readonly group: string | undefined;
  readonly precision: string | undefined;
  readonly type: string | undefined;
}

function numberText(value: bigint | number, { sign, group, precision, type }: NumberSpec): string {
  const negative = value < 0 || Object.is(value, -0);
  const magnitude = value < 0 ? -value : Object.is(value, -0) ? 0 : value;
  const digits = magnitudeText(magnitude, precision === undefined ? undefined : Number(precision), type);
  const grouped =
    group === undefined ? digits : digits.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, group));
  return (negative ? '-' : sign === '-' ? '' : sign) + grouped;
}

function magnitudeText(value: bigint | number, precision: number | undefined, type: string | undefined): string {
  switch (type) {
    case undefined:
      return precision === undefined ? str(value) : general(Number(value), precision);
    case 'd':
    case 'n':
      return typeof value === 'bigint'
        ? String(value)
        : raise('ValueError', `Unknown format code '${type}' for object of type 'float'`);
    case 'x':
      return value.toString(16);
    case 'X':
      return value.toString(16).toUpperCase();
    case 'b':
      return value.toString(2);
    case 'f':
    case 'F':
      return fixed(Number(value), precision ?? 6);
    case '%':
      return `${fixed(Number(value) * 100, precision ?? 6)}%`;
    case 'e':
      return Number(value)
        .toExponential(precision ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'g':
      return general(Number(value), precision ?? 6);
    default:
      return raise('ValueError', `Unknown format code '${type}'`);
  }
}

/** As C's printf: of two equally near decimals the even one, where toFixed takes the larger. */
function fixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return str(value);
  if (value >= 1e21) return BigInt(value).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
  const exact = value.toFixed(100);
  const cut = exact.indexOf('.') + 1 + precision;
  const isTie = precision < 60 && /^50*$/.test(exact.slice(cut));
  const kept = exact.slice(0, precision === 0 ? cut - 1 : cut);
  return isTie && Number(kept.at(-1)) % 2 === 0 ? kept : value.toFixed(precision);
}

function general(value: number, precision: number): string {
  if (!Number.isFinite(value)) return str(value);
  const digits = Math.max(1, precision);
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa, power] = value.toExponential(digits - 1).split('e');
    return `${trimZeros(mantissa!)}e${power!.replace(/^([+-])(\d)$/, '$10$2')}`;
  }
  return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
