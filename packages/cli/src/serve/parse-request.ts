import type { z } from 'zod';
import { ApiError } from './api-error.ts';

/** Labels of the client's own, which change no answer, and values of other members that ask for what is done anyway. */
const WITHOUT_EFFECT: Readonly<Record<string, (value: unknown) => boolean>> = {
  user: () => true,
  metadata: () => true,
  safety_identifier: () => true,
  prompt_cache_key: () => true,
  parallel_tool_calls: () => true,
  store: (value) => value === false,
  service_tier: (value) => value === 'auto' || value === 'default',
  tool_choice: (value) => value === 'none' || value === 'auto',
  best_of: (value) => value === 1,
  modalities: (value) => JSON.stringify(value) === '["text"]',
};

/**
 * Checks a body against its schema. A member that it does not know is refused, unless it has no effect: what would change
 * the answer is never ignored.
 * @throws ApiError 400 naming the member at fault
 */
export function parseRequest<T extends z.ZodObject>(schema: T, body: Readonly<Record<string, unknown>>): z.output<T> {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (Object.hasOwn(schema.shape, name)) known[name] = value;
    else if (!isNothing(value) && !(Object.hasOwn(WITHOUT_EFFECT, name) && WITHOUT_EFFECT[name]!(value))) {
      const message = `${name.slice(0, 100)} is not supported by this server`;
      throw new ApiError(400, message, { code: 'unsupported_parameter', param: name.slice(0, 100) });
    }
  }
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = issue?.path.join('.') ?? null;
  const message = `${param === null || param === '' ? 'the body' : param}: ${issue?.message ?? 'not valid'}`;
  throw new ApiError(400, message, { code: 'invalid_value', param });
}

/** Clients write out members that they do not use. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
