import type { z } from 'zod';
import { ApiError } from './api-error.ts';

/** Parameters that would change the answer and that no local model here honours: refused, not ignored. */
const REFUSED = [
  'tools',
  'functions',
  'function_call',
  'logit_bias',
  'frequency_penalty',
  'suffix',
  'best_of',
  'audio',
  'modalities',
  'dimensions',
] as const;

/** Checks a body against its schema. @throws ApiError 400 naming the member at fault */
export function parseRequest<T extends z.ZodType>(schema: T, body: Readonly<Record<string, unknown>>): z.output<T> {
  for (const name of REFUSED) {
    if (!isNeutral(name, body[name])) {
      const message = `${name} is not supported by this server`;
      throw new ApiError(400, message, { code: 'unsupported_parameter', param: name });
    }
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = issue?.path.join('.') ?? null;
  const message = `${param === null || param === '' ? 'the body' : param}: ${issue?.message ?? 'not valid'}`;
  throw new ApiError(400, message, { code: 'invalid_value', param });
}

function isNeutral(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === 0) return true;
  if (name === 'best_of') return value === 1;
  if (name === 'modalities') return JSON.stringify(value) === '["text"]';
  return typeof value === 'object' && Object.keys(value).length === 0;
}
