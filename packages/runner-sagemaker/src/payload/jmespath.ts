import { AssayError } from '@assay/core';
import { compile, TreeInterpreter } from '@jmespath-community/jmespath';

export interface Jmespath {
  readonly text: string;
  /** null when nothing is there. */
  find(value: unknown): unknown;
}

/** @param where names the key of the config, for the error. @throws AssayError CONFIG_INVALID */
export function compileJmespath(text: string, where: string): Jmespath {
  let expression: ReturnType<typeof compile>;
  try {
    expression = compile(text);
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `${where} is no JMESPath: ${JSON.stringify(text)}`, {
      hint: `${(cause as Error).message.split('\n', 1)[0]}; see https://jmespath.org`,
      cause,
    });
  }
  return {
    text,
    find: (value) => TreeInterpreter.search(expression, value as Parameters<typeof TreeInterpreter.search>[1]) ?? null,
  };
}
