import { createHash } from 'node:crypto';

/** Lines that travel in one object: what one bad record spoils, since a job writes no output for its object then. */
export interface TransformPart<Line> {
  /** `part-00000.jsonl` */
  readonly name: string;
  readonly lines: readonly Line[];
}

/** Lines of one object. Small, so that a bad record takes few others with it, and several instances share the work. */
const LINES_PER_PART = 200;

/** Cuts a batch into objects. */
export function transformParts<Line>(lines: readonly Line[]): TransformPart<Line>[] {
  return Array.from({ length: Math.ceil(lines.length / LINES_PER_PART) }, (_, i) => ({
    name: `part-${String(i).padStart(5, '0')}.jsonl`,
    lines: lines.slice(i * LINES_PER_PART, (i + 1) * LINES_PER_PART),
  }));
}

/** Names a job after its requests: a run that begins anew in the same execution makes the same ones again. */
export function linesDigest(lines: readonly { readonly body: string }[]): string {
  const digest = createHash('sha256');
  for (const { body } of lines) digest.update(`${body}\n`);
  return digest.digest('hex').slice(0, 16);
}

/** The lines of an output object; a line break at its end begins no further line. */
export function outputLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
