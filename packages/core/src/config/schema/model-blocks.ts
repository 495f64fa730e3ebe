import { z } from 'zod';
import { VENDORS } from '../vendor-servers.ts';

export const localBlock = z
  .strictObject({
    model: z.string().optional().describe('Hugging Face id, folder or embedded model. Default: the model’s model_id.'),
    model_id: z.string().optional().describe('Another spelling of `model`.'),
    revision: z.string().optional().describe('Branch, tag or commit. Default `main`.'),
    dtype: z.string().optional().describe('`fp32`, `fp16`, `q8`, `q4`… Default, if there: q4 for text, else q8.'),
    device: z
      .enum(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
      .optional()
      .describe('Default `cpu`; `auto` tries what there is (docs/models.md).'),
    spinning: z.boolean().optional().describe('Waiting threads keep their core busy. Default true.'),
    threads: z.int().min(1).optional().describe('Threads of a worker. Default 1.'),
    workers: z.int().min(1).optional().describe('Sessions. Default: one a core; 1 on an accelerator.'),
    batch_size: z.int().min(1).optional().describe('Prompts decoded together by a worker. Default 32.'),
    unpack: z.boolean().optional().describe('Unpack weights: faster in batches, more memory (docs/models.md).'),
    precision: z
      .enum(['exact', 'fast'])
      .optional()
      .describe('Default `exact`. `fast`: in eight bits, a little off (docs/models.md).'),
    isolate: z.boolean().optional().describe('Workers are processes: a native crash fails only its cause.'),
    memory_limit_mb: z
      .number()
      .gt(0)
      .optional()
      .describe('Refuse a model estimated above this. Default: what is free.'),
    prefix_memory_mb: z.number().min(0).optional().describe('For shared beginnings of prompts; 0 is off. Default 256.'),
    prefix_disk_mb: z.number().min(0).optional().describe('For those that no longer fit there. Default 1024.'),
    template_steps: z.int().min(1).optional().describe('Steps that its chat template may take. Default 500000.'),
    template_characters: z.int().min(1).optional().describe('Characters that it may make. Default 16777216.'),
  })
  .describe('How to run it in process.');

export const scriptedBlock = z
  .strictObject({
    answers: z.string().describe('JSONL file of answers by prompt or index (docs/datasets.md).'),
    delay_ms: z.number().min(0).optional().describe('Wait before an answer that states none.'),
    otherwise: z.string().optional().describe('Answer to other prompts, which fail without it.'),
    concurrency: z.int().min(1).optional().describe('Answers at a time. Default 64.'),
  })
  .describe('Answers from a file, to try a config without a model.');

const answerBlocks = z
  .enum(['text', 'blocks', 'all'])
  .optional()
  .describe('Of Anthropic’s blocks: the `text` (default), `blocks` with calls of tools, or `all` with the thinking.');

export const openaiBlock = z
  .strictObject({
    base_url: z.url().optional().describe('Such as http://127.0.0.1:11434/v1. Default: the vendor’s.'),
    vendor: z.enum(VENDORS).optional().describe('Its address and the usual variable of its key.'),
    model: z.string().optional().describe('Name to send. Default: the model’s model_id.'),
    api_key_env: z.string().optional().describe('Variable of the key (docs/trust.md).'),
    api: z
      .enum(['chat', 'completions', 'messages', 'responses', 'gemini'])
      .optional()
      .describe(
        '`responses` is OpenAI’s newer, `messages` Anthropic’s, `gemini` Google’s. Default `chat`; in Anthropic’s batches `messages`.',
      ),
    answer: answerBlocks,
    mode: z
      .enum(['realtime', 'batch'])
      .optional()
      .describe('`batch`: within a day, at half the price (docs/models.md). Default `realtime`.'),
    headers: z.record(z.string(), z.string()).optional().describe('Further HTTP headers.'),
  })
  .refine(({ base_url: url, vendor }) => (url ?? vendor) !== undefined, 'needs base_url or vendor')
  .refine(
    ({ vendor, mode, api = 'messages' }) => vendor !== 'anthropic' || mode !== 'batch' || api === 'messages',
    'Anthropic’s batches take `api: messages`',
  )
  .refine(
    ({ mode, api = 'chat' }) => mode !== 'batch' || !['responses', 'gemini'].includes(api),
    'has batches for chat, completions and messages alone',
  )
  .describe('A server of OpenAI’s, Anthropic’s or Google’s protocol.');

export const sagemakerBlock = z
  .strictObject({
    endpoint_name: z.string().optional().describe('Endpoint to call or create. Default: the model’s.'),
    inference_component: z.string().optional().describe('Inference component on it.'),
    model_id: z.string().optional().describe('JumpStart id to deploy. Default: the model’s.'),
    model_version: z.string().optional().describe('JumpStart version. Default: the model’s.'),
    hub: z.string().optional().describe('Private hub, by name or ARN. Default: JumpStart’s public ones.'),
    config: z
      .string()
      .optional()
      .describe('JumpStart’s. Default: the first ranked for the instance type; `first-ranked`: of all.'),
    document_digest: z.string().optional().describe('This very JumpStart document (`sha256:…`).'),
    target_variant: z.string().optional().describe('Production variant.'),
    mode: z
      .enum(['realtime', 'stream', 'async', 'transform'])
      .optional()
      .describe('Default `realtime`; `transform`: Batch Transform.'),
    payload: z
      .enum(['jumpstart', 'jumpstart-dialog', 'messages', 'tgi', 'lmi', 'bedrock', 'custom'])
      .optional()
      .describe(
        'Shape of request and answer (docs/aws.md). Default: `custom` with a content_template, else JumpStart’s.',
      ),
    transform: z
      .strictObject({
        content_type: z.string().optional().describe('Such as application/jsonlines. Default application/json.'),
      })
      .optional()
      .describe('With `mode: transform`.'),
    image_uri: z.string().optional().describe('Image to deploy, with model_data.'),
    model_data: z.string().optional().describe('S3 URI of its artefacts.'),
    environment: z.record(z.string(), z.string()).optional().describe('Of the container.'),
    sagemaker_model: z.string().optional().describe('SageMaker model to deploy.'),
    model_package: z.string().optional().describe('Model package to deploy, by ARN.'),
    accept_eula: z.boolean().optional().describe('Your consent to the end-user licence.'),
    accept_additional_eula: z.boolean().optional().describe('The same for a draft model.'),
    region: z.string().optional().describe('Default: aws.region.'),
  })
  .describe('How to reach or deploy it on SageMaker.');

export const bedrockBlock = z
  .strictObject({
    model_id: z.string().optional().describe('Id or inference profile. Default: the model’s.'),
    api: z
      .enum(['converse', 'invoke'])
      .optional()
      .describe('Converse (default), or InvokeModel, with content_template.'),
    sampling: z
      .enum(['both', 'one', 'none'])
      .optional()
      .describe('Which of temperature and top_p it takes. Default: by family.'),
    takes: z
      .strictObject({
        max_tokens: z.int().min(1).optional().describe('Of an answer, at most.'),
        stop_sequences: z.int().min(0).optional().describe('At most.'),
        top_k: z.int().min(0).optional().describe('At most; 0 for none.'),
        system_prompt: z.boolean().optional().describe('Whether there may be one.'),
        tools: z.boolean().optional().describe('Whether there may be some (toolConfig).'),
      })
      .optional()
      .describe('What it takes, where assay does not know its family right.'),
    mode: z
      .enum(['realtime', 'batch'])
      .optional()
      .describe('`batch`: within a day, at half the price (docs/models.md). Default `realtime`.'),
    role_arn: z.string().optional().describe('Role of batches. Default: --role-arn, then aws.role_arn.'),
    guardrail: z
      .strictObject({
        id: z.string().min(1).describe('Id or ARN.'),
        version: z.string().min(1).describe('Or DRAFT.'),
      })
      .optional()
      .describe('What it stops ends as `refused`.'),
    answer: answerBlocks,
    region: z.string().optional().describe('Default: aws.region.'),
  })
  .describe('How to call it on Bedrock.');

export type LocalBlock = z.output<typeof localBlock>;
export type ScriptedBlock = z.output<typeof scriptedBlock>;
export type OpenaiBlock = z.output<typeof openaiBlock>;
export type SagemakerBlock = z.output<typeof sagemakerBlock>;
export type BedrockBlock = z.output<typeof bedrockBlock>;
