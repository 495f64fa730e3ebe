import type { TextConstraint } from '@assay/core';
import { AssayError } from '@assay/core/errors';
import { compileConstraint } from '../constraint/constraint.ts';
import type { GenerateJob, ModelSpec } from '../worker/messages.ts';
import { ConstraintCache, TokenConstraint, TokenTable } from './token-constraint.ts';
import { readVocabulary } from './vocabulary.ts';

/** Makes what holds a job's answer to its form. */
export type MakeConstraint = (job: GenerateJob, constraint: TextConstraint) => TokenConstraint;

/** Reads the model's vocabulary with the first constrained answer. */
export function constraintsOf({ name, tokenizer }: Pick<ModelSpec, 'name' | 'tokenizer'>): MakeConstraint {
  const cache = new ConstraintCache();
  let table: TokenTable | undefined;
  return ({ eosIds }, constraint) => {
    if (tokenizer === undefined) {
      throw new AssayError('RUNNER_CAPABILITY', `${name} has no tokenizer here to hold answers to a form by`);
    }
    table ??= new TokenTable(readVocabulary(tokenizer));
    const matcher = cache.matcher(JSON.stringify(constraint), () => compileConstraint(constraint));
    return new TokenConstraint(matcher, table, eosIds);
  };
}
