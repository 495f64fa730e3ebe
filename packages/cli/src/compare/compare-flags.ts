import type { InconclusivePolicy, SideOptions } from 'assay/internal';

export interface CompareFlags extends SideOptions {
  readonly failOn?: readonly string[];
  /** What a gate means that the samples cannot answer. @default fail in CI, else warn */
  readonly onInconclusive?: InconclusivePolicy;
  readonly format?: 'text' | 'json' | 'md' | 'junit' | 'html';
  /** html: the file to write. @default comparison.html */
  readonly output?: string;
  readonly json?: true;
  readonly drift?: true;
  readonly verbose?: true;
}

export function formatOf({ json, format = 'text' }: CompareFlags): NonNullable<CompareFlags['format']> {
  return json === true ? 'json' : format;
}
