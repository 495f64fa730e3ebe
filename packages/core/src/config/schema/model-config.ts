import { z } from 'zod';
import { answerForm, hasOneForm } from './answer-form.ts';
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
    output: z.string().optional().describe('JMESPath of the generated text in an endpoint’s answer.'),
    log_probability: z.string().optional().describe('JMESPath of the log-probabilities in an endpoint’s answer.'),
    content_template: z
      .unknown()
      .optional()
      .describe('Body of an endpoint’s request, any JSON; $prompt stands for the prompt.'),
    inference_parameters: inferenceParameters.optional(),
    custom_attributes: z
      .record(z.string(), scalar)
      .optional()
      .describe('CustomAttributes of an endpoint’s request, such as accept_eula.'),
    prompt_template: z.string().optional().describe('Prompt template for this model; see prompt.template.'),
    system_prompt: z.string().optional().describe('System prompt for this model.'),
    few_shot: z.array(fewShotExample).optional().describe('Worked examples for this model.'),
    chat: z
      .enum(CHAT_MODES)
      .optional()
      .describe('Whether this model’s chat template is used; see prompt.chat. Default `auto`.'),
    overflow: z
      .enum(['error', 'left', 'middle'])
      .optional()
      .describe(
        'A prompt that does not fit the context: end as `truncated` (`error`, the default), or cut it on the left or in the middle.',
      ),
    ...answerForm,
  })
  .refine(hasOneForm, 'takes one of json_schema, regex and choices')
  .describe('How this model is asked.');

const finetuning = z.strictObject({
  train_data_path: z.string().describe('Training data, relative to the input data path.'),
  validation_data_path: z.string().optional().describe('Validation data, relative to the input data path.'),
  parameters: z
    .looseObject({
      instance_type: z.string().optional().describe('Instance type of the training job.'),
      num_instances: z.int().min(1).optional().describe('Instances of the training job.'),
      epoch: z.int().min(1).optional().describe('Passes over the training data.'),
      max_input_length: z.int().optional().describe('Longest training sequence, in tokens.'),
      instruction_tuned: z.boolean().optional().describe('Train on instructions and answers.'),
      chat_dataset: z.boolean().optional().describe('Train on conversations.'),
    })
    .optional()
    .describe('Instances and hyperparameters. Keys not listed here are passed as hyperparameters.'),
});

const deployment = z
  .strictObject({
    instance_type: z.string().optional().describe('Instance type of the endpoint.'),
    num_instances: z.int().min(1).optional().describe('Instances of the endpoint. Default 1.'),
    environment: z.record(z.string(), z.string()).optional().describe('Environment of the container.'),
    startup_timeout_s: z.int().min(60).max(3600).optional().describe('Longest container start-up, in seconds.'),
    download_timeout_s: z.int().min(60).max(3600).optional().describe('Longest model download, in seconds.'),
    volume_gb: z.int().min(1).optional().describe('Volume of the endpoint, in GB.'),
    routing: z
      .enum(['least_outstanding_requests', 'random'])
      .optional()
      .describe('Which instance of several gets a request. Default: SageMaker’s, `random`.'),
    ami_version: z.string().optional().describe('InferenceAmiVersion of the endpoint, which decides the GPU driver.'),
  })
  .describe('What to deploy the endpoint on.');

export const approvalStatus = z
  .enum(['PendingManualApproval', 'Approved', 'Rejected'])
  .describe('Approval status of the package. Default `PendingManualApproval`.');

const limits = z
  .strictObject({
    max_concurrency: z.int().min(1).optional().describe('Most requests under way at a time.'),
    timeout_s: z.number().gt(0).optional().describe('Longest wait for one sample, retries included, in seconds.'),
    max_attempts: z
      .int()
      .min(1)
      .optional()
      .describe('Most calls for one sample; only retryable errors are tried again.'),
  })
  .describe('Limits of this model’s calls.');

export const modelConfig = z
  .strictObject({
    name: z.string().min(1).describe('Names the model in results; unique.'),
    runner: z
      .enum(RUNNER_KINDS)
      .optional()
      .describe(
        'What runs the model. Default: its first block, else `sagemaker`. `outputs`: the dataset holds its outputs.',
      ),
    model_id: z
      .string()
      .optional()
      .describe('Hugging Face id, folder, embedded model, JumpStart id or Bedrock id, by runner.'),
    model_version: z.string().optional().describe('JumpStart version such as "3.0.0", "2.*" or "*".'),
    model_provider: z.enum(['jumpstart']).optional().describe('Where model_id comes from on SageMaker.'),
    endpoint_name: z
      .string()
      .max(63)
      .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 'must hold only letters, digits and single hyphens between them')
      .optional()
      .describe('SageMaker endpoint to call or create; at most 63 characters.'),
    inference_component: z.string().optional().describe('SageMaker inference component to call.'),
    model_output_key: z
      .string()
      .optional()
      .describe('With `runner: outputs`: the column of its outputs. Default: dataset.model_output_key.'),
    local: localBlock.optional(),
    scripted: scriptedBlock.optional(),
    sagemaker: sagemakerBlock.optional(),
    bedrock: bedrockBlock.optional(),
    openai: openaiBlock.optional(),
    http: httpBlock.optional(),
    exec: execBlock.optional(),
    module: moduleBlock.optional(),
    code: codeBlock.optional(),
    finetuning: finetuning.optional().describe('Fine-tune the model first (SageMaker training job).'),
    finetuning_config: finetuning.optional().describe('Another spelling of `finetuning`.'),
    deployment_config: deployment.optional(),
    evaluation_config: evaluationSettings.optional(),
    register_config: z
      .strictObject({
        model_package_group_name: z.string().describe('Group that the model package joins.'),
        model_package_group_description: z.string().optional().describe('Description of a group made new.'),
        approval_status: approvalStatus.optional(),
      })
      .optional()
      .describe('Register this model after its evaluation.'),
    cleanup_endpoint: z
      .boolean()
      .optional()
      .describe('Delete the endpoint that the run created. Default true; no other is ever deleted.'),
    limits: limits.optional(),
  })
  .transform(({ finetuning_config, ...model }) =>
    finetuning_config === undefined ? model : { ...model, finetuning: model.finetuning ?? finetuning_config },
  )
  .describe('One model to evaluate.');

export type ModelConfig = z.output<typeof modelConfig>;
export type EvaluationSettings = z.output<typeof evaluationSettings>;
