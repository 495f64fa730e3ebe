import { hash } from 'node:crypto';
import type { TextConstraint } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import type { Algorithm, ModelAsk } from './algorithm.ts';

/** An algorithm whose questions have answers of one form; what it only weighs is as before. */
export function heldAlgorithm<Options>(inner: Algorithm<Options>, constraint: TextConstraint): Algorithm<Options> {
  const digest = hash('sha256', JSON.stringify(constraint), 'hex').slice(0, 16);
  return {
    ...inner,
    modelAsks: (sample, options, runSeed) =>
      (inner.modelAsks?.(sample, options, runSeed) ?? original(sample)).map((ask) =>
        ask.kind === 'generate' ? { ...ask, constraint } : ask,
      ),
    signature: (options) => `${inner.signature(options)}|answer:${constraint.type}:${digest}`,
  };
}

function original({ features }: Sample): ModelAsk[] {
  return [{ key: 'original', kind: 'generate', modelInput: features.model_input ?? '' }];
}
