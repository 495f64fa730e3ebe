import { ExpressionParser } from './parse-expression.ts';
import { raise } from './python-error.ts';
import type { Expression } from './syntax.ts';
import { TokenReader } from './token-reader.ts';
import { Dict, PythonSet, Tuple, type Value } from './values.ts';

/** `ast.literal_eval(text)`. @throws PythonError SyntaxError, ValueError */
export function literalValue(text: string): Value {
  return constantOf(parsed(text.trimStart()));
}

function parsed(text: string): Expression {
  try {
    const reader = new TokenReader(text);
    const expression = new ExpressionParser(reader).expressions();
    if (!reader.takeKind('newline') || reader.token.kind !== 'end') throw reader.error('the end');
    return expression;
  } catch (cause) {
    return raise('SyntaxError', (cause as Error).message);
  }
}

function constantOf(expression: Expression): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'list':
      return expression.entries.map(constantOf);
    case 'tuple':
      return new Tuple(expression.entries.map(constantOf));
    case 'set':
      return new PythonSet(expression.entries.map(constantOf));
    case 'dict':
      return new Dict(expression.pairs.map(({ key, value }) => [constantOf(key ?? value), constantOf(value)] as const));
    case 'unary': {
      const value = constantOf(expression.operand);
      if (typeof value !== 'bigint' && typeof value !== 'number') break;
      return expression.operator === '-' ? -value : value;
    }
    default:
  }
  return raise('ValueError', 'malformed node or string');
}
