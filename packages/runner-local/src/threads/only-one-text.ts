import { AssayError } from '@assay/core/errors';
import type { ModelText } from './text-model.ts';

/** A text for a model that reads one. @throws AssayError RUNNER_CAPABILITY for a pair */
export function onlyOneText(text: ModelText): string {
  if (typeof text === 'string') return text;
  throw new AssayError('RUNNER_CAPABILITY', 'the model reads one text, and a pair was given', {
    hint: 'Pairs are for cross-encoders (rerankers) and models of natural-language inference.',
  });
}
