import type { BatchAnswer } from '../batch/batch-service.ts';
import type { AssayError } from '../errors/assay-error.ts';
import type { GenerateOptions, Prompt } from '../runner/runner.ts';

/** How a server is asked for text, and how it answers. */
export interface Protocol {
  /** Behind the server's address: `chat/completions`. */
  readonly path: string;
  /** Those of the config go before them. @param key undefined where the server takes none */
  headers(key: string | undefined): Readonly<Record<string, string>>;
  body(prompt: Prompt, options: GenerateOptions): Readonly<Record<string, unknown>>;
  /** An error where the answer holds no text. */
  read(answer: unknown): BatchAnswer | AssayError;
}
