import type { AssayError, SourcePlace } from './assay-error.ts';

/** `file:line:column` as editors and terminals link it. */
export function formatPlace(place: SourcePlace): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

/** One line for the finding, a second for the hint. */
export function formatError(error: Pick<AssayError, 'code' | 'message' | 'hint' | 'at'>): string {
  const place = error.at === undefined ? '' : ` ${formatPlace(error.at)} `;
  const head = `${error.code}${place === '' ? ' ' : place} ${error.message}`;
  return error.hint === undefined ? head : `${head}\n  hint: ${error.hint}`;
}
