import type { ErrorFinding, Finding } from '../config/finding.ts';
import { type AssayError, isAssayError, type SourcePlace } from '../errors/assay-error.ts';

const ABSENT: ReadonlySet<string> = new Set(['CONFIG_NOT_FOUND', 'DATASET_NOT_FOUND']);

/** What an import has to say, in the order it was found. */
export class ImportFindings {
  readonly list: Finding[] = [];
  readonly #passesOverFiles: boolean;
  #hasAbsent = false;

  /** @param passesOverFiles whether a file that is not there is a note */
  constructor(passesOverFiles = false) {
    this.#passesOverFiles = passesOverFiles;
  }

  /** Whether a file was passed over. */
  get hasAbsent(): boolean {
    return this.#hasAbsent;
  }

  get hasError(): boolean {
    return this.list.some(({ severity }) => severity === 'error');
  }

  /** Each finding once: what is read for every test is found at every test. */
  unique(): Finding[] {
    const said = new Set<string>();
    return this.list.filter((finding) => {
      const text = JSON.stringify(finding);
      return !said.has(text) && said.add(text) !== undefined;
    });
  }

  /** It cannot be imported: the numbers would be others. */
  error(message: string, at: SourcePlace, hint?: string): void {
    this.list.push({ severity: 'error', code: 'IMPORT_UNSUPPORTED', message, at, ...withHint(hint) });
  }

  /** It is left out, and what is imported means less without it. */
  warn(message: string, at: SourcePlace, hint?: string): void {
    this.list.push({ severity: 'warning', code: 'IMPORT_NOT_CARRIED', message, at, ...withHint(hint) });
  }

  /** It is left out or done otherwise, without a difference to any number. */
  note(message: string, at: SourcePlace, hint?: string): void {
    this.list.push({ severity: 'note', code: 'IMPORT_NOT_CARRIED', message, at, ...withHint(hint) });
  }

  /** A thrown failure as a finding. @param at where it happened, if the failure does not say */
  failure(thrown: unknown, at: SourcePlace): void {
    if (!isAssayError(thrown)) throw thrown;
    if (this.#passesOverFiles && ABSENT.has(thrown.code)) {
      this.#hasAbsent = true;
      this.note(`not looked at: ${thrown.message}`, thrown.at ?? at);
      return;
    }
    this.list.push(asFinding(thrown, at));
  }
}

function asFinding({ code, message, hint, at }: AssayError, fallback: SourcePlace): ErrorFinding {
  return { severity: 'error', code, message, at: at ?? fallback, ...withHint(hint) };
}

const withHint = (hint: string | undefined): { hint?: string } => (hint === undefined ? {} : { hint });
