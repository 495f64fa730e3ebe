import { createHash } from 'node:crypto';

/** One question of a batch, as its line. */
export interface TransformLine {
  readonly id: string;
  /** The request's JSON text, on one line. */
  readonly body: string;
}

/** Lines that travel in one object: what one bad record spoils, since a job writes no output for its object then. */
export interface TransformPart {
  /** `part-00000.jsonl` */
  readonly name: string;
  readonly lines: readonly TransformLine[];
}

/** Lines of one object. Small, so that a bad record takes few others with it, and several instances share the work. */
const LINES_PER_PART = 200;

/** Cuts a batch into objects, its lines in the order of their ids: a resumed run then makes the same ones again. */
export function transformParts(batch: readonly TransformLine[]): {
  readonly parts: TransformPart[];
  readonly digest: string;
} {
  const sorted = [...batch].sort((a, b) => (a.id < b.id ? -1 : 1));
  const digest = createHash('sha256');
  for (const { id, body } of sorted) digest.update(`${JSON.stringify(id)} ${body}\n`);
  const parts = Array.from({ length: Math.ceil(sorted.length / LINES_PER_PART) }, (_, i) => ({
    name: `part-${String(i).padStart(5, '0')}.jsonl`,
    lines: sorted.slice(i * LINES_PER_PART, (i + 1) * LINES_PER_PART),
  }));
  return { parts, digest: digest.digest('hex').slice(0, 16) };
}

/** The lines of an output object; a line break at its end begins no further line. */
export function outputLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
