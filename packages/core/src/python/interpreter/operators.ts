import type { Budget } from './budget.ts';
import { compare } from './order.ts';
import { formatPercent } from './percent-format.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { contains as listContains } from './sequences.ts';
import {
  asNumber,
  Callable,
  Dict,
  isEqual,
  iterate,
  PythonObject,
  PythonSet,
  Range,
  Tuple,
  typeNameOf,
  type Value,
} from './values.ts';

/** `left operator right` for the operators of arithmetic. */
export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) {
    if (typeof left === 'boolean' && typeof right === 'boolean' && '|&^'.includes(operator)) {
      return operator === '|' ? left || right : operator === '&' ? left && right : left !== right;
    }
    return typeof a === 'bigint' && typeof b === 'bigint'
      ? integers(operator, a, b, budget)
      : floats(operator, Number(a), Number(b));
  }
  const own = operator === '/' && left instanceof PythonObject ? left.attribute('__truediv__') : undefined;
  if (own instanceof Callable) return own.call([right], new Map());
  if (operator === '+') return joined(left, right, budget);
  if (operator === '*') return repeated(left, right, budget);
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right);
  if (left instanceof PythonSet && right instanceof PythonSet) return sets(operator, left, right);
  if (operator === '|' && left instanceof Dict && right instanceof Dict) {
    return new Dict([...left.pairs(), ...right.pairs()]);
  }
  return unsupported(operator, left, right);
}

function unsupported(operator: string, left: Value, right: Value): never {
  const types = `'${typeNameOf(left)}' and '${typeNameOf(right)}'`;
  return raise('TypeError', `unsupported operand type(s) for ${operator}: ${types}`);
}

function integers(operator: string, a: bigint, b: bigint, budget: Budget): Value {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return sized(a * b, budget);
    case '/':
      return b === 0n ? raise('ZeroDivisionError', 'division by zero') : Number(a) / Number(b);
    case '//':
      return b === 0n ? raise('ZeroDivisionError', 'integer division or modulo by zero') : floorDivided(a, b);
    case '%':
      return b === 0n ? raise('ZeroDivisionError', 'integer division or modulo by zero') : a - floorDivided(a, b) * b;
    case '**':
      if (b < 0n) return Number(a) ** Number(b);
      if (b > 100_000n) throw new NotInterpreted('a power of more than 100,000');
      return sized(a ** b, budget);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      if (b > 100_000n) throw new NotInterpreted('a shift of more than 100,000');
      return a << b;
    case '>>':
      return a >> b;
    default:
      return unsupported(operator, a, b);
  }
}

function sized(value: bigint, budget: Budget): bigint {
  if (value > 2n ** 64n || value < -(2n ** 64n)) budget.size(value.toString(16).length);
  return value;
}

function floorDivided(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function floats(operator: string, a: number, b: number): Value {
  if ('/ // %'.split(' ').includes(operator) && b === 0) return raise('ZeroDivisionError', 'float division by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - Math.floor(a / b) * b;
    case '**':
      return a ** b;
    default:
      return unsupported(operator, a, b);
  }
}

function joined(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    budget.size(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.size(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) return new Tuple([...left.entries, ...right.entries]);
  return unsupported('+', left, right);
}

function repeated(left: Value, right: Value, budget: Budget): Value {
  const [count, value] = asNumber(left) === undefined ? [asNumber(right), left] : [asNumber(left), right];
  if (typeof count !== 'bigint') return unsupported('*', left, right);
  const times = Math.max(0, Number(count));
  if (typeof value === 'string') {
    budget.size(value.length * times);
    return value.repeat(times);
  }
  const entries = Array.isArray(value) ? value : value instanceof Tuple ? value.entries : unsupported('*', left, right);
  budget.size(entries.length * times);
  const made = Array.from({ length: times }, () => entries).flat();
  return Array.isArray(value) ? made : new Tuple(made);
}

function sets(operator: string, left: PythonSet, right: PythonSet): Value {
  const [a, b] = [[...left.entries.values()], [...right.entries.values()]];
  if (operator === '|') return new PythonSet([...a, ...b]);
  if (operator === '&') return new PythonSet(a.filter((value) => right.has(value)));
  if (operator === '-') return new PythonSet(a.filter((value) => !right.has(value)));
  if (operator === '^') {
    return new PythonSet([...a.filter((value) => !right.has(value)), ...b.filter((value) => !left.has(value))]);
  }
  return unsupported(operator, left, right);
}

/** One link of a comparison. */
export function compared(operator: string, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case 'is':
      return isSame(left, right);
    case 'is not':
      return !isSame(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    default:
      return ordered(operator, left, right);
  }
}

function ordered(operator: string, left: Value, right: Value): boolean {
  if (left instanceof PythonSet && right instanceof PythonSet) return subset(operator, left, right);
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  const order = compare(left, right);
  return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
}

function subset(operator: string, left: PythonSet, right: PythonSet): boolean {
  const within = (a: PythonSet, b: PythonSet): boolean => [...a.entries.keys()].every((hash) => b.entries.has(hash));
  const differ = left.entries.size !== right.entries.size;
  if (operator === '<=') return within(left, right);
  if (operator === '>=') return within(right, left);
  return differ && (operator === '<' ? within(left, right) : within(right, left));
}

const isSame = (left: Value, right: Value): boolean =>
  left === right || (isPlain(left) && isPlain(right) && left === right);
const isPlain = (value: Value): boolean => !(value instanceof PythonObject) && !Array.isArray(value);

function contains(container: Value, value: Value): boolean {
  if (typeof container === 'string') {
    if (typeof value === 'string') return container.includes(value);
    raise('TypeError', `'in <string>' requires string as left operand, not ${typeNameOf(value)}`);
  }
  if (container instanceof Dict) return container.get(value) !== undefined;
  if (container instanceof PythonSet) return container.has(value);
  if (container instanceof Range) {
    const number = asNumber(value);
    if (number === undefined) return false;
    const at = (Number(number) - container.start) / container.step;
    return Number.isInteger(at) && at >= 0 && at < container.length;
  }
  return listContains(iterate(container), value);
}
