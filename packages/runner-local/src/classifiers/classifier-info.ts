import { AssayError } from '@assay/core/errors';
import type { ModelConfig } from '../models/model-config.ts';

/** What a classifier tells about itself once loaded. */
export interface ClassifierInfo {
  /** ONNX file in use, relative to the model's folder. */
  readonly file: string;
  /** The model's own label names, in the order of its outputs. */
  readonly labels: readonly string[];
  /** `sigmoid`: each label on its own; `softmax`: labels share 1; `none`: the raw number of a regression. */
  readonly activation: 'sigmoid' | 'softmax' | 'none';
  readonly maxTokens: number;
  /** A text's scores do not depend on the texts beside it. */
  readonly isBatchInvariant: boolean;
  /** Whether the labels are those of natural-language inference, so that zero-shot labels work. */
  readonly isInference: boolean;
  /** Labels of spans, from a classifier of tokens; a text's values are then spans, not scores of labels. */
  readonly spanLabels?: readonly string[];
}

/** Labels of config.json in the order of their ids. @throws MODEL_LOAD without id2label */
export function labelsOf(config: ModelConfig, folder: string): readonly string[] {
  const entries = Object.entries(config.id2label ?? {});
  const labels = entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, label]) => label);
  if (labels.length > 0) return labels;
  throw new AssayError('MODEL_LOAD', `config.json of ${folder} names no labels`, {
    hint: 'A classifier needs id2label, such as {"0": "negative", "1": "positive"}.',
  });
}
