/** An exception of the interpreted program. */
export class PythonError extends Error {
  /** Names of its type and of all that it derives from, the type first. */
  readonly types: readonly string[];

  constructor(types: readonly string[], message: string) {
    super(message);
    this.types = types;
  }

  get typeName(): string {
    return this.types[0]!;
  }
}

/** Bases of the exceptions that are known here. */
const BASES: Readonly<Record<string, string>> = {
  ...{ KeyError: 'LookupError', IndexError: 'LookupError', LookupError: 'Exception', ValueError: 'Exception' },
  ...{ TypeError: 'Exception', AttributeError: 'Exception', NameError: 'Exception', AssertionError: 'Exception' },
  ...{ UnboundLocalError: 'NameError', ArithmeticError: 'Exception', ZeroDivisionError: 'ArithmeticError' },
  ...{ OverflowError: 'ArithmeticError', RuntimeError: 'Exception', NotImplementedError: 'RuntimeError' },
  ...{ StopIteration: 'Exception', SyntaxError: 'Exception', UnicodeError: 'ValueError', ImportError: 'Exception' },
  ...{ ModuleNotFoundError: 'ImportError', OSError: 'Exception', FileNotFoundError: 'OSError', Warning: 'Exception' },
  ...{ UnicodeDecodeError: 'UnicodeError', TimeoutError: 'OSError', Exception: 'BaseException' },
};

export const EXCEPTIONS: readonly string[] = [...Object.keys(BASES), 'BaseException'];

export const baseOf = (name: string): string | undefined => BASES[name];

function ancestry(name: string): string[] {
  const base = BASES[name];
  return base === undefined ? [name] : [name, ...ancestry(base)];
}

export function raise(type: string, message: string): never {
  throw new PythonError(ancestry(type), message);
}

/** Something that the interpreter does not know, or a limit: no `except` of the program catches it. */
export class NotInterpreted extends Error {}
