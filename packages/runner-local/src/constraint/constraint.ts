import type { TextConstraint } from '@assay/core';
import { AssayError } from '@assay/core/errors';
import { type Automaton, buildAutomaton } from './automaton.ts';
import type { Grammar } from './expression.ts';
import { jsonSchemaGrammar } from './json-schema-expression.ts';
import { choiceExpression, regexExpression } from './regex-expression.ts';

/** Characters of a schema or a pattern; a longer one is refused before it is read. */
const MOST_CHARACTERS = 200_000;

/**
 * A form that answers keep to, ready to be followed.
 * @throws AssayError RUNNER_CONSTRAINT for one that is not supported, that no text meets, or that grows too large
 */
export function compileConstraint(constraint: TextConstraint): Automaton {
  try {
    if (JSON.stringify(constraint).length <= MOST_CHARACTERS) return buildAutomaton(grammarOf(constraint));
  } catch (thrown) {
    // What is nested beyond the stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new AssayError('RUNNER_CONSTRAINT', 'the wanted form is nested too deeply', { cause: thrown });
  }
  throw new AssayError('RUNNER_CONSTRAINT', `the wanted form has more than ${MOST_CHARACTERS} characters`);
}

function grammarOf(constraint: TextConstraint): Grammar {
  const rules = new Map();
  switch (constraint.type) {
    case 'json_schema':
      return jsonSchemaGrammar(constraint.schema);
    case 'regex':
      return { root: regexExpression(constraint.pattern.replace(/^\^/, ''), false), rules };
    case 'choice':
      return { root: choiceExpression(constraint.choices), rules };
  }
}
