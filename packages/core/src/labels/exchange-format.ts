import { AssayError } from '../errors/assay-error.ts';
import type { HumanLabel } from './human-label.ts';
import type { LabelSheet } from './label-task.ts';

/** What a file of another tool says: labels as far as they can be read, and what was left out. */
export interface ImportedLabels {
  readonly labels: readonly HumanLabel[];
  /** Tasks or answers that hold no label: skipped, cancelled, not answered. */
  readonly unanswered: number;
}

/** How labels leave for another tool, and come back. */
export interface ExchangeFormat {
  readonly name: string;
  write(sheet: LabelSheet, labels: readonly HumanLabel[]): string;
  /** @param fallback whom and when labels are of that do not say so. @throws AssayError DATASET_BAD_VALUE */
  read(text: string, fallback: { readonly who: string; readonly when: string }): ImportedLabels;
}

export function unreadable(format: string, what: string): AssayError {
  return new AssayError('DATASET_BAD_VALUE', `this is no ${format} file with labels of assay: ${what}`, {
    hint: 'Label what `assay labels export` wrote, and export it in the same format with all of its fields.',
  });
}
