import type { SampleRow } from '@assay/core';

type Remarks = NonNullable<SampleRow['remarks']>;
type Remark = Remarks[string][number];

/** What each judge of an algorithm said of an output, a line for each, and why; null where none did. */
export function judgesText(remarks: readonly Remark[] = []): string | null {
  return remarks.length === 0 ? null : remarks.map((remark) => `${remark.by}: ${remarkText(remark)}`).join('\n');
}

/** The reasons of an algorithm's judges, each behind its judge's name; empty where none gave one. */
export function reasonsOf(remarks: readonly Remark[] = []): string {
  return remarks.flatMap(({ by, reason }) => (reason === undefined ? [] : [`${by}: ${reason}`])).join('\n');
}

/** `names the capital: yes (0.93), said yes, then no` and the reason below it. */
function remarkText({ about, holds, said, sureness, reason }: Remark): string {
  const changed = new Set(said).size > 1 ? `, said ${said.join(', then ')}` : '';
  const verdict = `${about === undefined ? '' : `${about}: `}${holds} (${sureness.toFixed(2)})${changed}`;
  return reason === undefined ? verdict : `${verdict}\n${reason}`;
}
