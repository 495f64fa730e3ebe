import { pythonRepr } from '../repr.ts';
import { Callable, Dict, Module, PythonSet, Range, Tuple, typeNameOf, type Value } from './values.ts';

/** Python's `str(value)`. */
export function str(value: Value): string {
  return typeof value === 'string' ? value : repr(value);
}

/** Python's `repr(value)`. */
export function repr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return pythonRepr(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Tuple) {
    const entries = value.entries.map(repr);
    return entries.length === 1 ? `(${entries[0]},)` : `(${entries.join(', ')})`;
  }
  if (value instanceof Dict) {
    return `{${[...value.pairs()].map(([key, each]) => `${repr(key)}: ${repr(each)}`).join(', ')}}`;
  }
  if (value instanceof PythonSet) {
    return value.entries.size === 0 ? 'set()' : `{${[...value.entries.values()].map(repr).join(', ')}}`;
  }
  if (value instanceof Range) return `range(${value.start}, ${value.start + value.length * value.step})`;
  if (value instanceof Callable || value instanceof Module) return `<${value.typeName} ${value.name}>`;
  return `<${typeNameOf(value)}>`;
}

/** Python writes 1e16 as 1e+16 and 1e-5 as 1e-05. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  if (text.includes('e')) return value.toFixed(20).replace(/0+$/, '');
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : text}.0` : text;
}
