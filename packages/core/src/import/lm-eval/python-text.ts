import type { RuntimeValue } from '../../python/jinja-function.ts';
import { pythonRepr } from '../../python/repr.ts';

/** Python's `str(value)`. @throws Error for an undefined value */
export function pythonText(value: RuntimeValue): string {
  return value.type === 'StringValue' ? (value.value as string) : repr(value);
}

function repr(value: RuntimeValue): string {
  switch (value.type) {
    case 'StringValue':
      return pythonRepr(value.value as string);
    case 'NullValue':
      return 'None';
    case 'BooleanValue':
      return value.value === true ? 'True' : 'False';
    case 'IntegerValue':
    case 'FloatValue':
      return String(value);
    case 'ArrayValue':
      return `[${(value.value as RuntimeValue[]).map(repr).join(', ')}]`;
    case 'TupleValue': {
      const entries = (value.value as RuntimeValue[]).map(repr);
      return entries.length === 1 ? `(${entries[0]},)` : `(${entries.join(', ')})`;
    }
    case 'ObjectValue':
      return `{${[...(value.value as Map<string, RuntimeValue>)].map(([key, each]) => `${pythonRepr(key)}: ${repr(each)}`).join(', ')}}`;
    case 'UndefinedValue':
      throw new Error('it names something that the row does not have');
    default:
      throw new Error(`a ${value.type} cannot be written as text`);
  }
}
