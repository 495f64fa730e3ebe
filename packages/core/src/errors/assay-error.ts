/** Every code an assay error can carry, by area. Each is explained in docs/errors.md (a test compares the two). */
export const ERROR_CODES = [
  'CONFIG_NOT_FOUND',
  'CONFIG_SYNTAX',
  'CONFIG_INVALID',
  'CONFIG_UNKNOWN_KEY',
  'CONFIG_MISSING_BLOCK',
  'CONFIG_UNKNOWN_ALGORITHM',
  'CONFIG_CODE_NOT_ALLOWED',
  'CONFIG_NOT_ALLOWED',
  'IMPORT_UNSUPPORTED',
  'DATASET_NOT_FOUND',
  'DATASET_NOT_A_FILE',
  'DATASET_CHANGED',
  'DATASET_TOO_LARGE',
  'DATASET_EMPTY',
  'DATASET_ENCODING',
  'DATASET_SYNTAX',
  'DATASET_KEY_MISSING',
  'DATASET_BAD_VALUE',
  'DATASET_DOWNLOAD',
  'PROMPT_TEMPLATE',
  'PROMPT_FIELD_MISSING',
  'MODEL_NOT_FOUND',
  'MODEL_FILES_MISSING',
  'MODEL_CHECKSUM',
  'MODEL_UNSUPPORTED',
  'MODEL_DEVICE',
  'MODEL_DOWNLOAD',
  'MODEL_MEMORY',
  'MODEL_LOAD',
  'RUNNER_CAPABILITY',
  'RUNNER_CONSTRAINT',
  'RUNNER_PROMPT_TOO_LONG',
  'RUNNER_NO_ANSWER',
  'RUNNER_FAILED',
  'RUNNER_TIMEOUT',
  'RUNNER_REFUSED',
  'RUNNER_CRASHED',
  'RUNNER_UNREACHABLE',
  'RUNNER_THROTTLED',
  'RUNNER_CIRCUIT_OPEN',
  'RUNNER_BATCH',
  'RUN_OUTPUT_NOT_WRITABLE',
  'RUN_DISK_FULL',
  'FILE_SYSTEM',
  'RUN_LOCKED',
  'RUN_NOT_FOUND',
  'RUN_NOT_RESUMABLE',
  'RUN_DAMAGED',
  'RUN_INCOMPLETE',
  'RUN_JOURNAL_CORRUPT',
  'RUN_CACHE',
  'RUN_TOO_MANY_FAILURES',
  'RUN_NOTHING_TO_REGISTER',
  'RUN_INTERRUPTED',
  'RUN_LIMIT',
  'SCORING_FAILED',
  'REPORT_FORMAT',
  'REPORT_SINK',
  'REGISTRY_NOT_FOUND',
  'REGISTRY_DAMAGED',
  'AWS_CREDENTIALS',
  'AWS_ACCESS_DENIED',
  'AWS_ENDPOINT',
  'AWS_QUOTA',
  'AWS_PAYLOAD_TOO_LARGE',
  'AWS_RESPONSE_SHAPE',
  'AWS_SERVICE',
  'PACKAGE_MISSING',
  'PACKAGE_VERSION',
  'USAGE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where in a file an error was found; line and column count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** An error as plain data: what crosses threads and what the journal keeps. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly at?: SourcePlace;
  readonly retryable: boolean;
}

export interface AssayErrorOptions {
  /** What to write or do instead. */
  readonly hint?: string | undefined;
  readonly at?: SourcePlace | undefined;
  readonly cause?: unknown;
  /** Milliseconds the far side asked us to wait before the next attempt (Retry-After). */
  readonly retryAfterMs?: number | undefined;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'RUNNER_TIMEOUT',
  'RUNNER_THROTTLED',
  'RUNNER_CRASHED',
  'RUNNER_UNREACHABLE',
  'AWS_SERVICE',
]);
const MARKER = Symbol.for('assay.error');

/** A failure the user can act on. A programmer's mistake is a plain TypeError instead. */
export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: SourcePlace | undefined;
  readonly retryAfterMs: number | undefined;
  readonly [MARKER] = true;

  constructor(code: ErrorCode, message: string, options: AssayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AssayError';
    this.code = code;
    this.hint = options.hint;
    this.at = options.at;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same call may succeed later; derived from the code alone. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.at === undefined ? {} : { at: this.at }),
      retryable: this.retryable,
    };
  }

  static fromData(data: ErrorData): AssayError {
    return new AssayError(data.code, data.message, { hint: data.hint, at: data.at });
  }
}

/** Checked by a global symbol, so that it holds across package copies and realms. */
export function isAssayError(value: unknown): value is AssayError {
  return typeof value === 'object' && value !== null && MARKER in value;
}

/** Any thrown value as an AssayError; a stranger becomes `fallback` with its own message. */
export function toAssayError(thrown: unknown, fallback: ErrorCode): AssayError {
  if (isAssayError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AssayError(fallback, message, { cause: thrown });
}
