import { z } from 'zod';
import { VENDORS } from '../vendor-servers.ts';

export const localBlock = z
  .strictObject({
    model: z
      .string()
      .optional()
      .describe('Hugging Face id, folder, or short name of an embedded model. Default: the model’s own model_id.'),
    model_id: z.string().optional().describe('Another spelling of `model`.'),
    revision: z
      .string()
      .optional()
      .describe('Branch, tag or commit of a Hugging Face id. Default `main`. The manifest names the commit.'),
    dtype: z
      .string()
      .optional()
      .describe(
        'Which weights to load: `fp32`, `fp16`, `q8`, `q4`… Default: q4 for text, q8 for others, if there (docs/models.md).',
      ),
    device: z
      .enum(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
      .optional()
      .describe('Where the model runs. Default `cpu`; `auto` tries what there is (docs/models.md).'),
    spinning: z.boolean().optional().describe('Whether threads that wait keep their core busy. Default true.'),
    threads: z.int().min(1).optional().describe('Threads within one worker. Default 1.'),
    workers: z
      .int()
      .min(1)
      .optional()
      .describe('Worker threads, each with its own session. Default: one per core; 1 on an accelerator.'),
    batch_size: z.int().min(1).optional().describe('Most prompts decoded together in one worker. Default 32.'),
    unpack: z
      .boolean()
      .optional()
      .describe(
        'Unpack the weights into the cache: faster from 8 prompts at once on, for more memory (docs/models.md).',
      ),
    precision: z
      .enum(['exact', 'fast'])
      .optional()
      .describe(
        'Default `exact`. `fast` computes in eight bits: quicker, and a little off, as is measured and told (docs/models.md).',
      ),
    isolate: z
      .boolean()
      .optional()
      .describe('Run workers as child processes, so that a native crash fails only its cause.'),
    memory_limit_mb: z
      .number()
      .gt(0)
      .optional()
      .describe('Refuse to load a model estimated above this, in MiB. Default: what the machine has free.'),
    prefix_memory_mb: z
      .number()
      .min(0)
      .optional()
      .describe(
        'Memory for beginnings that prompts share, read once for all of a run, in MiB. Default 256; 0 shares nothing.',
      ),
    template_steps: z
      .int()
      .min(1)
      .optional()
      .describe('Steps that rendering its chat template may take; more is PROMPT_TEMPLATE. Default 500000.'),
    template_characters: z
      .int()
      .min(1)
      .optional()
      .describe('Characters of any text that its chat template makes. Default 16777216.'),
  })
  .describe('How to run this model in process.');

export const scriptedBlock = z
  .strictObject({
    answers: z.string().describe('JSONL file of scripted answers (docs/datasets.md), matched by prompt or by index.'),
    delay_ms: z.number().min(0).optional().describe('Milliseconds before each answer that states no delay of its own.'),
    otherwise: z
      .string()
      .optional()
      .describe('The answer to prompts that the file does not list. Without it they fail.'),
    concurrency: z.int().min(1).optional().describe('Most answers under way at a time. Default 64.'),
  })
  .describe('Answers from a file, to try a config without a model.');

const answerBlocks = z
  .enum(['text', 'blocks', 'all'])
  .optional()
  .describe(
    'Of an answer in Anthropic’s blocks: its `text`, all `blocks` (calls of tools as JSON), or `all` with the thinking. Default `text`.',
  );

export const openaiBlock = z
  .strictObject({
    base_url: z
      .url()
      .optional()
      .describe('URL of the API, such as http://127.0.0.1:11434/v1. Default: that of `vendor`.'),
    vendor: z.enum(VENDORS).optional().describe('Stands for a vendor’s address and the usual variable of its key.'),
    model: z.string().optional().describe('Model name to send. Default: the model’s own model_id.'),
    api_key_env: z
      .string()
      .optional()
      .describe(
        'Environment variable that holds the key; one that is not known for this host needs --allow-env (docs/trust.md).',
      ),
    api: z
      .enum(['chat', 'completions', 'messages', 'responses', 'gemini'])
      .optional()
      .describe(
        'Which endpoint to call: `responses` is OpenAI’s newer, `messages` Anthropic’s and `gemini` Google’s own. Default `chat`; in batches at Anthropic `messages`.',
      ),
    answer: answerBlocks,
    mode: z
      .enum(['realtime', 'batch'])
      .optional()
      .describe(
        'Answers at once, or by the provider’s batch API: within a day, at half the price (docs/models.md). Default `realtime`.',
      ),
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
  .describe('An OpenAI-compatible server, or one of Anthropic’s or Google’s protocol.');

export const sagemakerBlock = z
  .strictObject({
    endpoint_name: z
      .string()
      .optional()
      .describe('Endpoint to call or create. Default: the model’s own endpoint_name.'),
    inference_component: z.string().optional().describe('Inference component on that endpoint.'),
    model_id: z.string().optional().describe('JumpStart id to deploy. Default: the model’s own model_id.'),
    model_version: z.string().optional().describe('JumpStart version. Default: the model’s own model_version.'),
    hub: z.string().optional().describe('Private hub of model_id, by name or ARN. Default: JumpStart’s public ones.'),
    config: z
      .string()
      .optional()
      .describe(
        'Inference config of the JumpStart model. Default: the first ranked that supports the instance type; `first-ranked`: the first of all.',
      ),
    document_digest: z.string().optional().describe('Use this very JumpStart document (`sha256:…`), to repeat a run.'),
    target_variant: z.string().optional().describe('Production variant to call.'),
    mode: z
      .enum(['realtime', 'stream', 'async', 'transform'])
      .optional()
      .describe('Real-time calls, streamed answers, asynchronous endpoint, or Batch Transform. Default `realtime`.'),
    payload: z
      .enum(['jumpstart', 'jumpstart-dialog', 'messages', 'tgi', 'lmi', 'bedrock', 'custom'])
      .optional()
      .describe(
        'Shape of request and answer (docs/aws.md). Default: `custom` with a content_template, else that of the JumpStart model’s examples.',
      ),
    transform: z
      .strictObject({
        content_type: z
          .string()
          .optional()
          .describe('Type of each request and answer, such as application/jsonlines. Default application/json.'),
      })
      .optional()
      .describe('With `mode: transform`: how Batch Transform calls the container.'),
    image_uri: z.string().optional().describe('Container image to deploy, with model_data.'),
    model_data: z.string().optional().describe('S3 URI of the model artefacts to deploy.'),
    environment: z.record(z.string(), z.string()).optional().describe('Environment of the container.'),
    sagemaker_model: z.string().optional().describe('Name of an existing SageMaker model to deploy.'),
    model_package: z.string().optional().describe('ARN of a model package to deploy.'),
    accept_eula: z
      .boolean()
      .optional()
      .describe('Your explicit consent to the model’s end-user licence. Never assumed.'),
    accept_additional_eula: z.boolean().optional().describe('The same for the licence of a draft model.'),
    region: z.string().optional().describe('Region of this endpoint. Default: aws.region.'),
  })
  .describe('How to reach or deploy this model on SageMaker.');

export const bedrockBlock = z
  .strictObject({
    model_id: z
      .string()
      .optional()
      .describe('Bedrock model id or inference profile. Default: the model’s own model_id.'),
    api: z
      .enum(['converse', 'invoke'])
      .optional()
      .describe('Converse (default), or InvokeModel with content_template.'),
    sampling: z
      .enum(['both', 'one', 'none'])
      .optional()
      .describe('Which of temperature and top_p the model takes. Default: by its family; most take both.'),
    mode: z
      .enum(['realtime', 'batch'])
      .optional()
      .describe('Answers at once, or by batch inference: within a day, at half the price. Default `realtime`.'),
    role_arn: z
      .string()
      .optional()
      .describe('With `mode: batch`: the role that Bedrock takes on. Default: --role-arn, then aws.role_arn.'),
    guardrail: z
      .strictObject({
        id: z.string().min(1).describe('Id or ARN of the guardrail.'),
        version: z.string().min(1).describe('Its version, or DRAFT.'),
      })
      .optional()
      .describe('Guardrail that each call passes; what it stops ends as `refused`.'),
    answer: answerBlocks,
    region: z.string().optional().describe('Region to call. Default: aws.region.'),
  })
  .describe('How to call this model on Amazon Bedrock.');

export type LocalBlock = z.output<typeof localBlock>;
export type ScriptedBlock = z.output<typeof scriptedBlock>;
export type OpenaiBlock = z.output<typeof openaiBlock>;
export type SagemakerBlock = z.output<typeof sagemakerBlock>;
export type BedrockBlock = z.output<typeof bedrockBlock>;
