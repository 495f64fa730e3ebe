import { z } from 'zod';

const atOnce = (most: number) => z.int().min(1).optional().describe(`Answers at a time. Default ${most}.`);
const timeout = z.number().gt(0).optional().describe('Longest wait for an answer. Default 120.');

export const execBlock = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).describe('Program and arguments: JSON lines in and out.'),
    version: z.string().optional().describe('Your name for what answers.'),
    concurrency: atOnce(16),
    timeout_s: timeout,
  })
  .describe('Your command, in any language (needs --allow-code; docs/models.md).');

const signature = z
  .strictObject({
    key_file: z.string().min(1).describe('Private key in PEM.'),
    data: z.string().min(1).optional().describe(`What is signed. Default \${signatureTimestamp}, in milliseconds.`),
    algorithm: z.string().min(1).optional().describe('Digest, by OpenSSL’s name. Default `SHA256`.'),
    valid_s: z.number().gt(0).optional().describe('How long a signature is sent. Default 300.'),
  })
  .describe(`Signs requests: \${signature}, in base64, and \${signatureTimestamp} stand in headers and body.`);

const tls = z
  .strictObject({
    ca_file: z.string().min(1).optional().describe('Trusted certificates, in PEM.'),
    cert_file: z.string().min(1).optional().describe('Your certificate, in PEM.'),
    key_file: z.string().min(1).optional().describe('Its private key, in PEM.'),
    pfx_file: z.string().min(1).optional().describe('Both, in PKCS #12.'),
    passphrase_env: z.string().min(1).optional().describe('Environment variable with the key’s passphrase.'),
    servername: z.string().min(1).optional().describe('Name in the server’s certificate. Default: its host.'),
    verify: z.boolean().optional().describe('Whether the server’s certificate is checked. Default true.'),
  })
  .describe('Your certificates for https.');

export const httpBlock = z
  .strictObject({
    url: z.url().describe('Where each prompt is posted.'),
    body: z
      .unknown()
      .optional()
      .describe(`Any JSON; $prompt is the prompt, \${name} a field of the row. Default {"prompt":"$prompt"}.`),
    method: z.enum(['POST', 'PUT', 'GET']).optional().describe('Default `POST`; `GET` sends no body.'),
    output: z.string().optional().describe('JMESPath of the answer’s text. Default `text`.'),
    output_code: z
      .string()
      .min(1)
      .optional()
      .describe('JavaScript of `json` and `text`, in place of output (needs --allow-code).'),
    headers: z.record(z.string(), z.string()).optional().describe(`HTTP headers; \${name} is a field of the row.`),
    headers_env: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        `The same of environment variables, such as Bearer \${ASSAY_HTTP_KEY}; other names need --allow-env (docs/trust.md).`,
      ),
    signature: signature.optional(),
    tls: tls.optional(),
    version: z.string().optional().describe('Your name for what answers; part of the cache’s key.'),
    concurrency: atOnce(8),
    timeout_s: timeout,
  })
  .refine(({ output, output_code: code }) => output === undefined || code === undefined, 'takes output or output_code')
  .describe('Your server, of any shape (docs/models.md).');

export const moduleBlock = z
  .strictObject({
    file: z.string().describe('JavaScript or TypeScript (docs/models.md).'),
    export: z.string().optional().describe('The exported function. Default `default`.'),
    provider: z
      .strictObject({
        id: z.string().describe('Its id.'),
        config: z.record(z.string(), z.unknown()).optional().describe('Its settings.'),
      })
      .optional()
      .describe('The file is promptfoo’s provider, in Python too (docs/import.md).'),
    concurrency: atOnce(8),
    timeout_s: timeout,
  })
  .describe('Your function: prompt to text (needs --allow-code; docs/models.md).');

export const codeBlock = z
  .strictObject({ id: z.string().min(1).describe('Model and version.') })
  .describe('A model of the program (`defineModel`).');

export type ExecBlock = z.output<typeof execBlock>;
export type HttpBlock = z.output<typeof httpBlock>;
export type ModuleBlock = z.output<typeof moduleBlock>;
export type CodeBlock = z.output<typeof codeBlock>;
