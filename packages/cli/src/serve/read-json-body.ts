import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/**
 * The request's body as JSON, whatever its content type says: SageMaker's clients leave it out.
 * @throws ApiError 413 above the limit, 400 for what is not a JSON object
 */
export async function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<Record<string, unknown>> {
  const tooLarge = () =>
    new ApiError(413, `the body is larger than ${limitBytes} bytes`, {
      code: 'body_too_large',
      headers: { connection: 'close' },
    });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 120) : '';
    throw new ApiError(400, `the body is not JSON: ${reason}`, { code: 'invalid_json' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ApiError(400, 'the body must be a JSON object', { code: 'invalid_json' });
}
