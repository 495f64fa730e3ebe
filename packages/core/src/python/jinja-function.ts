import { Environment } from '@huggingface/jinja';

/** A value inside the Jinja interpreter: 1 is an IntegerValue, 1.0 a FloatValue. */
export interface RuntimeValue {
  readonly type: string;
  readonly value: unknown;
}

/** The package does not export its runtime's classes: a function of its own shows the one that is needed. */
const FunctionValue = new Environment().set('probe', () => null).constructor as new (
  call: (args: RuntimeValue[]) => RuntimeValue,
) => ReturnType<Environment['set']>;

/** A function that sees the runtime's own values, so that 1 and 1.0 differ, and gives a plain one. */
export function jinjaFunction(make: (args: readonly RuntimeValue[]) => unknown): ReturnType<Environment['set']> {
  return new FunctionValue((args) => new Environment().set('value', make(args)) as RuntimeValue);
}

/** A value of the interpreter as JavaScript has it. */
export function plainValue({ type, value }: RuntimeValue): unknown {
  switch (type) {
    case 'UndefinedValue':
      return undefined;
    case 'NullValue':
      return null;
    case 'ArrayValue':
    case 'TupleValue':
      return (value as RuntimeValue[]).map(plainValue);
    case 'ObjectValue':
      return Object.fromEntries(
        [...(value as Map<string, RuntimeValue>)].map(([key, each]) => [key, plainValue(each)]),
      );
    default:
      return value;
  }
}
