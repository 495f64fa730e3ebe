import { AssayError } from '@assay/core';
import type { JumpStartDocument } from './jumpstart-document.ts';

export type DocumentUse = 'inference' | 'training';

/** What AWS's SDK refuses a model for unless it is told to tolerate it. */
export interface DocumentFlag {
  readonly kind: 'deprecated' | 'vulnerable';
  readonly message: string;
}

/** In the order in which the SDK looks. @throws AssayError MODEL_NOT_FOUND for training of a model that has none */
export function documentFlags(document: JumpStartDocument, use: DocumentUse, named: string): DocumentFlag[] {
  if (use === 'training' && document.training_supported !== true)
    throw new AssayError('MODEL_NOT_FOUND', `JumpStart’s ${named} cannot be fine-tuned`, {
      hint: 'take another model, or give the training image as a parameter of the pipeline',
    });
  const flags: DocumentFlag[] = [];
  if (document.deprecated === true)
    flags.push({
      kind: 'deprecated',
      message:
        document.deprecated_message ?? `JumpStart’s ${named} is deprecated: take a later version or another model`,
    });
  const isVulnerable = use === 'inference' ? document.inference_vulnerable : document.training_vulnerable;
  if (isVulnerable === true) {
    const list = (use === 'inference' ? document.inference_vulnerabilities : document.training_vulnerabilities) ?? [];
    const names = list.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).slice(0, 20);
    flags.push({
      kind: 'vulnerable',
      message: `the ${use} script of JumpStart’s ${named} has vulnerable dependencies: ${names.join(', ') || 'AWS names none'}`,
    });
  }
  return flags;
}
