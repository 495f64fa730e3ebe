import type { AlgorithmUse, CommonOptions } from './algorithm-use.ts';

/** Options as under `algorithms` of a config (docs/algorithms.md); they are checked when the evaluation is planned. */
type Options = CommonOptions & { readonly compat?: 'fmeval' | 'lm-eval' } & Readonly<Record<string, unknown>>;

const builtIn =
  (name: string) =>
  (options: Options = {}): AlgorithmUse => ({ name, options });

/**
 * How close the output is to a right answer, word by word.
 * @example
 * const use = qaAccuracy({ target_output_delimiter: ' | ' });
 */
export const qaAccuracy = builtIn('qa_accuracy');
/**
 * Whether the right answer stands in the output.
 * @example
 * const use = factualKnowledge();
 */
export const factualKnowledge = builtIn('factual_knowledge');
/**
 * Whether the output is the answer, exactly or but for case and punctuation.
 * @example
 * const use = exactMatch();
 */
export const exactMatch = builtIn('exact_match');
/**
 * ROUGE, METEOR and the like against a reference summary.
 * @example
 * const use = summarizationAccuracy();
 */
export const summarizationAccuracy = builtIn('summarization_accuracy');
/**
 * Which of the labels the output names.
 * @example
 * const use = classificationAccuracy({ valid_labels: ['positive', 'negative'] });
 */
export const classificationAccuracy = builtIn('classification_accuracy');
/**
 * BLEU, chrF and TER against a reference translation.
 * @example
 * const use = translation();
 */
export const translation = builtIn('translation');
/**
 * How toxic the output is, by a classifier. Needs `@assay/runner-local`.
 * @example
 * const use = toxicity();
 */
export const toxicity = builtIn('toxicity');
/**
 * How near output and answer are by their embeddings. Needs `@assay/runner-local`.
 * @example
 * const use = embeddingSimilarity();
 */
export const embeddingSimilarity = builtIn('embedding_similarity');
/**
 * Whether the output is JSON, and follows a schema.
 * @example
 * const use = jsonValidity();
 */
export const jsonValidity = builtIn('json_validity');
/**
 * Checks of the output such as `contains`, `regex` or `equals`.
 * @example
 * const use = assertions({ contains: ['Ottawa'] });
 */
export const assertions = builtIn('assertions');
/**
 * What another model thinks of the output.
 * @example
 * const use = llmJudge({ judge: 'SmolLM2-135M-Instruct' });
 */
export const llmJudge = builtIn('llm_judge');
/**
 * Any algorithm of `assay algorithms list` by its name.
 * @example
 * const use = algorithm('multiple_choice');
 */
export const algorithm = (name: string, options: Options = {}): AlgorithmUse => ({ name, options });
