import type { TextConstraint } from '@assay/core';
import { AssayError } from '@assay/core/errors';
import { compileConstraint } from '../constraint/constraint.ts';
import { Matcher } from '../constraint/matcher.ts';
import type { GenerateJob, ModelSpec } from '../worker/messages.ts';
import { TokenConstraint } from './token-constraint.ts';
import { TokenMasks } from './token-masks.ts';
import { TokenTable } from './token-table.ts';
import { readVocabulary } from './vocabulary.ts';

/** Makes what holds a job's answer to its form. */
export type MakeConstraint = (job: GenerateJob, constraint: TextConstraint) => TokenConstraint;

/** Forms that are kept with what was found of them: those last asked for. A batch has 32 rows at most by default. */
const MOST_FORMS = 32;

/** Reads the model's vocabulary with the first constrained answer. */
export function constraintsOf({ name, tokenizer }: Pick<ModelSpec, 'name' | 'tokenizer'>): MakeConstraint {
  const forms = new Map<string, TokenMasks>();
  let table: TokenTable | undefined;
  return ({ eosIds }, constraint) => {
    if (tokenizer === undefined) {
      throw new AssayError('RUNNER_CAPABILITY', `${name} has no tokenizer here to hold answers to a form by`);
    }
    table ??= new TokenTable(readVocabulary(tokenizer));
    const key = JSON.stringify(constraint);
    const masks = forms.get(key) ?? new TokenMasks(new Matcher(compileConstraint(constraint)), table);
    forms.delete(key);
    forms.set(key, masks);
    const [oldest] = forms.keys();
    if (forms.size > MOST_FORMS && oldest !== undefined) forms.delete(oldest);
    return new TokenConstraint(masks, eosIds);
  };
}
