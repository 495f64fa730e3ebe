import { AssayError, isAssayError } from '../errors/assay-error.ts';

/** What the system says where nobody is at an address: asking once more may help, but hardly for long. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** The error for a request that brought no answer. @param url as messages may show it @param hint what to look at */
export function networkError(thrown: unknown, url: string, hint: string): AssayError {
  const { cause: ours } = thrown as { readonly cause?: unknown };
  // A connection that we did not want.
  if (isAssayError(ours)) return ours;
  const cause = (thrown as { readonly cause?: { readonly code?: string; readonly message?: string } }).cause;
  const reason = cause?.code ?? cause?.message ?? (thrown as Error).message;
  // What fetch refuses to call, such as a port of mail, is not reached either.
  const isUnreachable = UNREACHABLE.has(reason) || reason === 'bad port';
  const message = `${isUnreachable ? 'nobody answers at' : 'no answer from'} ${url} (${reason})`;
  return new AssayError(isUnreachable ? 'RUNNER_UNREACHABLE' : 'RUNNER_CRASHED', message, { hint, cause: thrown });
}
