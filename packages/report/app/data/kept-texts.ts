import type { PackedRow } from '../../src/rows/page-data.ts';

/** Whether a row came with any text: runs over given outputs keep those of large datasets out of their journal. */
export function hasTexts({ input, target, output, error }: PackedRow): boolean {
  return input !== '' || target !== undefined || output !== undefined || error !== undefined;
}
