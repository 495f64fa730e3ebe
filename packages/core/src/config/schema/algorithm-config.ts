import { z } from 'zod';
import { type JsonSchema, jsonSchema } from './answer-form.ts';

export const robustnessConfig = z
  .looseObject({
    perturbation: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('One or several: butter_finger, random_upper_case, whitespace_add_remove…'),
    num_perturbations: z.int().min(1).optional().describe('Of each sample. Default 5.'),
  })
  .describe('How far scores fall on perturbed inputs; other keys are the perturbation’s.');

const RESERVED = {
  algorithm: z.string().min(1).describe('Our name (`qa_accuracy`) or FMEval’s (`QAAccuracy`).'),
  name: z.string().min(1).optional().describe('Its name in results, where it stands twice.'),
  module: z.string().optional().describe('File of your own algorithm (needs --allow-code).'),
  config: z.unknown().optional().describe('FMEval’s; ignored.'),
  compat: z
    .enum(['fmeval', 'lm-eval'])
    .optional()
    .describe('Reproduce another tool’s numbers (docs/fmeval.md, docs/import.md).'),
  robustness: robustnessConfig.optional(),
  json_schema: jsonSchema.optional().describe('JSON Schema of the answers to its questions.'),
};

/** Every key that is not reserved is an option of the algorithm, checked by the algorithm’s own schema. */
export const algorithmConfig = z
  .looseObject(RESERVED)
  .transform(({ algorithm, name, module, config, compat, robustness, json_schema, ...options }) => ({
    algorithm,
    ...(name === undefined ? {} : { name }),
    ...(module === undefined ? {} : { module }),
    ...(config === undefined ? {} : { config }),
    ...(compat === undefined ? {} : { compat }),
    ...(robustness === undefined ? {} : { robustness }),
    ...(json_schema === undefined ? {} : { json_schema }),
    options: options as Record<string, unknown>,
  }))
  .describe('One evaluation algorithm with its options.');

export interface AlgorithmConfig {
  /** As written in the file; see canonicalAlgorithmName. */
  readonly algorithm: string;
  readonly name?: string;
  readonly module?: string;
  readonly config?: unknown;
  readonly compat?: 'fmeval' | 'lm-eval';
  readonly robustness?: RobustnessConfig;
  readonly json_schema?: JsonSchema;
  /** Every other key, as written; an option’s place in the file is `placeOf(['algorithms', i, key])`. */
  readonly options: Readonly<Record<string, unknown>>;
}
export type RobustnessConfig = z.output<typeof robustnessConfig>;
