import { z } from 'zod';
import { answerForm, hasOneForm } from './answer-form.ts';
import { deploymentConfig } from './deployment-config.ts';
import { inferenceParameters } from './inference-parameters.ts';
import { bedrockBlock, localBlock, openaiBlock, sagemakerBlock, scriptedBlock } from './model-blocks.ts';
import { codeBlock, execBlock, httpBlock, moduleBlock } from './own-model-blocks.ts';
import { CHAT_MODES, fewShotExample } from './prompt-config.ts';

export const RUNNER_KINDS = [
  'local',
  'scripted',
  'sagemaker',
  'bedrock',
  'openai',
  'http',
  'exec',
  'module',
  'code',
  'outputs',
] as const;
export type RunnerKind = (typeof RUNNER_KINDS)[number];

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const evaluationSettings = z
  .strictObject({
    output: z.string().optional().describe('JMESPath of the text in an endpoint’s answer.'),
    log_probability: z.string().optional().describe('JMESPath of its log-probabilities.'),
    content_template: z.unknown().optional().describe('An endpoint’s request, any JSON; $prompt is the prompt.'),
    inference_parameters: inferenceParameters.optional(),
    custom_attributes: z.record(z.string(), scalar).optional().describe('CustomAttributes of its request.'),
    prompt_template: z.string().optional().describe('As prompt.template.'),
    system_prompt: z.string().optional().describe('As prompt.system.'),
    few_shot: z.array(fewShotExample).optional().describe('As prompt.few_shot.'),
    chat: z.enum(CHAT_MODES).optional().describe('As prompt.chat. Default `auto`.'),
    overflow: z
      .enum(['error', 'left', 'middle'])
      .optional()
      .describe('Where a prompt that does not fit is cut. Default `error`: it ends as `truncated`.'),
    ...answerForm,
  })
  .refine(hasOneForm, 'takes one of json_schema, regex and choices')
  .describe('How it is asked.');

const finetuning = z.strictObject({
  train_data_path: z.string().describe('Training data.'),
  validation_data_path: z.string().optional().describe('Validation data.'),
  parameters: z
    .looseObject({
      instance_type: z.string().optional().describe('Of the training job.'),
      num_instances: z.int().min(1).optional().describe('Of the training job.'),
      epoch: z.int().min(1).optional().describe('Passes over the training data.'),
      max_input_length: z.int().optional().describe('In tokens.'),
      instruction_tuned: z.boolean().optional().describe('Instructions and answers.'),
      chat_dataset: z.boolean().optional().describe('Conversations.'),
    })
    .optional()
    .describe('Other keys are hyperparameters, too.'),
});

export const approvalStatus = z
  .enum(['PendingManualApproval', 'Approved', 'Rejected'])
  .describe('Default `PendingManualApproval`.');

const limits = z
  .strictObject({
    max_concurrency: z.int().min(1).optional().describe('Requests at a time.'),
    timeout_s: z.number().gt(0).optional().describe('Longest wait for a sample, with retries.'),
    max_attempts: z.int().min(1).optional().describe('Calls for a sample; only retryable errors are tried again.'),
  })
  .describe('Limits of its calls.');

export const modelConfig = z
  .strictObject({
    name: z.string().min(1).describe('Its name in results; unique.'),
    runner: z
      .enum(RUNNER_KINDS)
      .optional()
      .describe('Default: its first block, else `sagemaker`. `outputs`: they are in the dataset.'),
    model_id: z.string().optional().describe('Hugging Face, JumpStart or Bedrock id, folder, or embedded model.'),
    model_version: z.string().optional().describe('JumpStart version: "3.0.0", "2.*" or "*".'),
    model_provider: z.enum(['jumpstart']).optional().describe('Of model_id on SageMaker.'),
    endpoint_name: z
      .string()
      .max(63)
      .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 'must hold only letters, digits and single hyphens between them')
      .optional()
      .describe('SageMaker endpoint to call or create.'),
    inference_component: z.string().optional().describe('SageMaker inference component.'),
    model_output_key: z.string().optional().describe('Of `runner: outputs`. Default: dataset.model_output_key.'),
    local: localBlock.optional(),
    scripted: scriptedBlock.optional(),
    sagemaker: sagemakerBlock.optional(),
    bedrock: bedrockBlock.optional(),
    openai: openaiBlock.optional(),
    http: httpBlock.optional(),
    exec: execBlock.optional(),
    module: moduleBlock.optional(),
    code: codeBlock.optional(),
    finetuning: finetuning.optional().describe('Fine-tune it first, by a SageMaker training job.'),
    finetuning_config: finetuning.optional().describe('Another spelling of `finetuning`.'),
    deployment_config: deploymentConfig.optional(),
    evaluation_config: evaluationSettings.optional(),
    register_config: z
      .strictObject({
        model_package_group_name: z.string().describe('Group that the model package joins.'),
        model_package_group_description: z.string().optional().describe('Description of a group made new.'),
        approval_status: approvalStatus.optional(),
      })
      .optional()
      .describe('Register it after its evaluation.'),
    cleanup_endpoint: z
      .boolean()
      .optional()
      .describe('Delete the endpoint that the run created, and no other. Default true.'),
    limits: limits.optional(),
  })
  .transform(({ finetuning_config, ...model }) =>
    finetuning_config === undefined ? model : { ...model, finetuning: model.finetuning ?? finetuning_config },
  )
  .describe('One model to evaluate.');

export type ModelConfig = z.output<typeof modelConfig>;
export type EvaluationSettings = z.output<typeof evaluationSettings>;
