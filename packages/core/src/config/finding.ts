import { AssayError, type ErrorCode, type SourcePlace } from '../errors/assay-error.ts';

/** What a note or a warning can be about, beside the error codes. */
export type NoteCode =
  | 'CONFIG_IGNORED_KEY'
  | 'CONFIG_SUSPECT_KEY'
  | 'CONFIG_OTHER_FILE'
  | 'IMPORT_NOT_CARRIED'
  | 'DATA_BAD_ROWS'
  | 'DATA_BLANK'
  | 'DATA_DUPLICATES'
  | 'DATA_NOT_HERE'
  | 'DATA_READ_AS'
  | 'JUDGE_OWN_MODEL'
  | 'MODEL_NOT_HERE'
  | 'PROMPT_SUSPECT';

/** Something to say about a config file. Only findings of severity `error` keep it from running. */
export type Finding =
  | {
      readonly severity: 'error';
      readonly code: ErrorCode;
      readonly message: string;
      readonly at: SourcePlace;
      readonly hint?: string;
    }
  | {
      readonly severity: 'warning' | 'note';
      readonly code: NoteCode;
      readonly message: string;
      readonly at: SourcePlace;
      readonly hint?: string;
    };

export type ErrorFinding = Extract<Finding, { severity: 'error' }>;

/** The same as an error to throw. */
export function findingError(finding: ErrorFinding): AssayError {
  return new AssayError(finding.code, finding.message, { hint: finding.hint, at: finding.at });
}

/** An error as a finding. @param otherwise its place, where the error has none */
export function errorFinding({ code, message, hint, at }: AssayError, otherwise: SourcePlace): ErrorFinding {
  return { severity: 'error', code, message, at: at ?? otherwise, ...(hint === undefined ? {} : { hint }) };
}
