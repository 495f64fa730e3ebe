import { z } from 'zod';
import { type JsonSchema, jsonSchema } from './answer-form.ts';

export const robustnessConfig = z
  .looseObject({
    perturbation: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('Which perturbation, or several: butter_finger, random_upper_case, whitespace_add_remove…'),
    num_perturbations: z.int().min(1).optional().describe('Perturbed variants of each sample. Default 5.'),
  })
  .describe('Report how far scores fall on perturbed inputs. Other keys belong to the perturbation.');

const RESERVED = {
  algorithm: z.string().min(1).describe('Our name (`qa_accuracy`) or FMEval’s class name (`QAAccuracy`).'),
  name: z.string().min(1).optional().describe('Alias in results, where the same algorithm stands twice.'),
  module: z
    .string()
    .optional()
    .describe(
      'File of an algorithm of your own (./my-algorithm.js); needs --allow-code. A Python module name is ignored.',
    ),
  config: z.unknown().optional().describe('FMEval’s config class; ignored.'),
  compat: z
    .enum(['fmeval', 'lm-eval'])
    .optional()
    .describe('Reproduce the numbers of FMEval (docs/fmeval.md) or lm-evaluation-harness (docs/import.md).'),
  robustness: robustnessConfig.optional(),
  json_schema: jsonSchema
    .optional()
    .describe('JSON Schema that the answers to this algorithm’s questions are held to.'),
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
