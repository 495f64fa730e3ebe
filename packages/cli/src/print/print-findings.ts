import { type Finding, formatPlace } from 'assay/internal';
import { printable } from './terminal.ts';

/** One finding: code, place, message, then the hint on a line of its own. */
export function formatFinding({ severity, code, message, at, hint }: Finding): string {
  const head = `${severity === 'error' ? '' : `${severity} `}${code} ${printable(formatPlace(at))}  ${printable(message)}`;
  return hint === undefined ? head : `${head}\n  hint: ${printable(hint)}`;
}

export function printFindings(findings: readonly Finding[], stream: NodeJS.WritableStream): void {
  for (const finding of findings) stream.write(`${formatFinding(finding)}\n`);
}
