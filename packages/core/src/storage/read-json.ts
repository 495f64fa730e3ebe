import { z } from 'zod';
import { AssayError, type ErrorCode } from '../errors/assay-error.ts';
import { openSealed } from './sealed-json.ts';

/** What a stored file must look like: made when the first such file is read, for most commands read none. */
export type StoredShape<Value> = () => z.ZodType<Value>;

export function storedShape<Value>(make: StoredShape<Value>): StoredShape<Value> {
  let made: z.ZodType<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * What a file holds that a run, a registry or a pipeline keeps: parsed, never trusted. Members that it has beyond the
 * schema stay, for later versions add some.
 * @param code of the error where it is no JSON, other than it was written, or other than it should be
 * @throws AssayError `code`, with the first members that are wrong
 */
export function parseStored<Value>(file: string, text: string, shape: StoredShape<Value>, code: ErrorCode): Value {
  return validStored(file, openStored(file, text, code), shape, code);
}

/** The JSON of such a file, whole as it was written. @throws AssayError `code` */
export function openStored(file: string, text: string, code: ErrorCode): unknown {
  try {
    return openSealed(text);
  } catch (cause) {
    throw new AssayError(code, `${file} is not whole: ${(cause as Error).message}`, { hint: DAMAGED, cause });
  }
}

/** @throws AssayError `code`, with the first members that are wrong */
export function validStored<Value>(file: string, json: unknown, shape: StoredShape<Value>, code: ErrorCode): Value {
  const parsed = shape().safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${z.core.toDotPath(path)} ${message}`.trim());
  throw new AssayError(code, `${file} does not hold what it should: ${issues.join('; ')}`, { hint: DAMAGED });
}

const DAMAGED = 'It was changed or damaged. Restore it, or make it again.';
