import { z } from 'zod';

const atOnce = (most: number) =>
  z.int().min(1).optional().describe(`Most answers under way at a time. Default ${most}.`);
const timeout = z.number().gt(0).optional().describe('Longest wait for one answer, in seconds. Default 120.');

export const execBlock = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe('Program and arguments, started once in the config’s folder: JSON lines in and out.'),
    version: z.string().optional().describe('Your name for what the command answers with; part of the cache’s key.'),
    concurrency: atOnce(16),
    timeout_s: timeout,
  })
  .describe('A command of your own, in any language (needs --allow-code; docs/models.md).');

export const httpBlock = z
  .strictObject({
    url: z.url().describe('Where each prompt is posted.'),
    body: z
      .unknown()
      .optional()
      .describe(
        `Body of a request, any JSON; $prompt stands for the prompt, \${name} for a field of the row. Default { "prompt": "$prompt" }.`,
      ),
    method: z.enum(['POST', 'PUT', 'GET']).optional().describe('Default `POST`; `GET` sends no body.'),
    output: z.string().optional().describe('JMESPath of the answer’s text. Default `text`.'),
    output_code: z
      .string()
      .min(1)
      .optional()
      .describe(
        'JavaScript in place of output, of `json` and `text`: an expression or a function (needs --allow-code).',
      ),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe(`Further HTTP headers; \${name} stands for a field of the row.`),
    headers_env: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        `Headers from environment variables, such as NAME or Bearer \${NAME}: ASSAY_HTTP_…, or others with --allow-env (docs/trust.md).`,
      ),
    version: z.string().optional().describe('Your name for what answers there; part of the cache’s key.'),
    concurrency: atOnce(8),
    timeout_s: timeout,
  })
  .refine(({ output, output_code: code }) => output === undefined || code === undefined, 'takes output or output_code')
  .describe('A server of your own, of any shape (docs/models.md).');

export const moduleBlock = z
  .strictObject({
    file: z.string().describe('JavaScript or TypeScript (docs/models.md), relative to this file.'),
    export: z.string().optional().describe('Name of the exported function. Default `default`.'),
    provider: z
      .strictObject({
        id: z.string().describe('What it is told to be.'),
        config: z.record(z.string(), z.unknown()).optional().describe('What it is configured with.'),
      })
      .optional()
      .describe('The file is a provider of promptfoo, in JavaScript, TypeScript or Python (docs/import.md).'),
    concurrency: atOnce(8),
    timeout_s: timeout,
  })
  .describe('A function of your own: prompt to text (needs --allow-code; docs/models.md).');

export const codeBlock = z
  .strictObject({ id: z.string().min(1).describe('Names the model and its version; part of the cache’s key.') })
  .describe('A model of the program that starts the run (`defineModel`).');

export type ExecBlock = z.output<typeof execBlock>;
export type HttpBlock = z.output<typeof httpBlock>;
export type ModuleBlock = z.output<typeof moduleBlock>;
export type CodeBlock = z.output<typeof codeBlock>;
