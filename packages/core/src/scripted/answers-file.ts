import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { readJsonlRows } from '../datasets/jsonl-rows.ts';
import { AssayError, ERROR_CODES } from '../errors/assay-error.ts';

/** One scripted answer; a line of the answers file. */
export const scriptedAnswer = z
  .strictObject({
    prompt: z.string().optional().describe('The prompt it answers: its whole text, or its last user message.'),
    index: z.int().min(0).optional().describe('The sample it answers, by position in the dataset.'),
    continuation: z.string().optional().describe('With log_probability: the continuation it is about.'),
    text: z.string().optional().describe('The answer.'),
    model_output: z.string().optional().describe('Another spelling of `text`.'),
    finish_reason: z.enum(['stop', 'length']).default('stop').describe('Why generation ended.'),
    delay_ms: z.number().min(0).optional().describe('Milliseconds before it comes.'),
    state: z
      .enum(['truncated', 'refused', 'failed', 'timed_out'])
      .optional()
      .describe('The request ends so, in place of an answer.'),
    error: z
      .union([z.string(), z.strictObject({ code: z.enum(ERROR_CODES), message: z.string() })])
      .optional()
      .describe('The failure: a message, or a code and a message.'),
    fail_times: z.int().min(0).optional().describe('Fail so many times first, then answer: for trying retries.'),
    log_probability: z.number().max(0).optional().describe('Log-probability of the continuation, in nats.'),
    token_count: z.int().min(0).optional().describe('Tokens of the continuation. Default: its words.'),
    prompt_tokens: z.int().min(0).optional().describe('Prompt tokens to report.'),
    new_tokens: z.int().min(0).optional().describe('New tokens to report.'),
  })
  .describe('One scripted answer.');

export type ScriptedAnswer = z.input<typeof scriptedAnswer>;

export interface AnswersFile {
  readonly answers: readonly ScriptedAnswer[];
  /** File name and digest: pins the answers in the runner's id. */
  readonly id: string;
}

/** @throws AssayError DATASET_NOT_FOUND; DATASET_SYNTAX with the line of the first bad answer */
export async function readAnswersFile(path: string): Promise<AnswersFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AssayError('DATASET_NOT_FOUND', `cannot read the scripted answers ${path}`, {
      hint: 'scripted.answers names a JSONL file, relative to the config file or the working folder',
      cause,
    });
  });
  const answers: ScriptedAnswer[] = [];
  for await (const batch of readJsonlRows({ path })) {
    for (let i = 0; i < batch.count; i++)
      answers.push(checkedAnswer(batch.record(i), { file: path, line: batch.line(i) }));
  }
  return { answers, id: `${basename(path)}@sha256:${hash('sha256', bytes, 'hex').slice(0, 16)}` };
}

function checkedAnswer(record: unknown, at: { file: string; line: number }): ScriptedAnswer {
  const result = scriptedAnswer.safeParse(record);
  if (result.success) return result.data as ScriptedAnswer;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new AssayError(
    'DATASET_SYNTAX',
    `a scripted answer is wrong: ${where === '' ? '' : `${where}: `}${issue?.message}`,
    {
      at,
      hint: `its fields: ${Object.keys(scriptedAnswer.shape).join(', ')}`,
    },
  );
}
