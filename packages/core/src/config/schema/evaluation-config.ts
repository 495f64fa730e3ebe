import { z } from 'zod';
import { type AlgorithmConfig, algorithmConfig } from './algorithm-config.ts';
import { awsConfig } from './aws-config.ts';
import { datasetConfig } from './dataset-config.ts';
import { compareConfig, gateConfig, onInconclusive, selectionConfig, stopConfig } from './decision-config.ts';
import { importedFrom } from './imported-from.ts';
import { keepConfig } from './keep-config.ts';
import { approvalStatus, modelConfig } from './model-config.ts';
import { namedPrompt, promptConfig } from './prompt-config.ts';
import { cacheConfig, maxFailures, pricesConfig, repeatConfig, shardingConfig } from './run-config.ts';

const pipelineConfig = z
  .strictObject({
    name: z
      .string()
      .max(256)
      .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 'must hold only letters, digits and single hyphens between them')
      .describe('Letters, digits and hyphens, at most 256.'),
    description: z.string().optional().describe('What it is for.'),
    mode: z
      .enum(['steps', 'single_job'])
      .default('steps')
      .describe('`single_job`: all steps in one job. Default steps.'),
    models_per_job: z.int().min(1).max(90).optional().describe('Models whose steps share a job. Default 1.'),
    max_parallel_steps: z.int().min(1).optional().describe('Steps at a time.'),
    step_cache: z.string().optional().describe('How long results may be reused (ISO 8601), such as P30D.'),
    schedule: z.string().optional().describe('EventBridge schedule, such as `rate(1 day)`.'),
  })
  .describe('Name of the evaluation; settings of its pipeline.');

/** The whole file: the keys of the AWS sample’s files and ours. */
export const evaluationConfig = z
  .strictObject({
    $schema: z.string().optional().describe('The JSON Schema, for editors.'),
    pipeline: pipelineConfig.optional(),
    dataset: datasetConfig,
    prompt: promptConfig.optional(),
    prompts: z.array(namedPrompt).min(1).optional().describe('Prompts to try on every model.'),
    models: z.array(modelConfig).min(1).describe('The models to evaluate.'),
    algorithms: z.array(algorithmConfig).min(1).describe('The algorithms that score them.'),
    imported_from: importedFrom.optional(),
    model_registry: z
      .strictObject({
        model_package_group_name: z.string().describe('Group that the model package joins.'),
        model_package_group_description: z.string().optional().describe('Description of a group made new.'),
        approval_status: approvalStatus.optional(),
      })
      .optional()
      .describe('Register the selected model.'),
    compare: compareConfig.optional(),
    selection: selectionConfig.optional(),
    gates: z.array(gateConfig).optional().describe('Conditions that the run must meet, else exit code 1.'),
    on_inconclusive: onInconclusive,
    stop_when: stopConfig.optional(),
    max_failures: maxFailures.optional(),
    deadline_ms: z.int().min(1).optional().describe('Longest wait for an answer. Default: no limit.'),
    strict: z.boolean().default(false).describe('A bad row ends the run. Default false.'),
    seed: z.int().default(0).describe('Of everything random. Default 0.'),
    repeat: repeatConfig.optional(),
    epochs: repeatConfig.optional().describe('Another spelling of `repeat`.'),
    keep: keepConfig.optional(),
    output_dir: z.string().optional().describe('Where run folders go. Default .assay/runs.'),
    cache: cacheConfig.optional(),
    prices: pricesConfig.optional(),
    aws: awsConfig.optional(),
    sharding: shardingConfig.optional(),
  })
  .transform(({ $schema: _, epochs, algorithms, ...config }) => ({
    ...config,
    algorithms: algorithms as readonly AlgorithmConfig[],
    repeat: config.repeat ?? epochs ?? { times: 1, reducer: 'mean' },
  }))
  .describe('An evaluation: which data, which models, which algorithms.');

export type EvaluationConfig = z.output<typeof evaluationConfig>;
export type PipelineConfig = z.output<typeof pipelineConfig>;
