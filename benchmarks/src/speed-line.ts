/** One measured speed with its goal. */
export interface SpeedLine {
  readonly what: string;
  /** What was measured, in words and digits. */
  readonly figure: string;
  readonly goal: string;
  /** null where there is nothing to hold against the goal (a peer is not installed). */
  readonly reached: boolean | null;
}

/** The line as printed. */
export function shownLine({ what, figure, goal, reached }: SpeedLine): string {
  const verdict = reached === null ? '' : `goal ${goal}: ${reached ? 'reached' : 'missed'}`;
  return `${what.padEnd(62)}  ${figure}${verdict === '' ? '' : `; ${verdict}`}`;
}

/** Where the lines of a benchmark go. */
export type Tell = (line: SpeedLine) => void;

/** A measurement of one part of the product; it tells its lines as they come. */
export type SpeedPart = (tell: Tell) => Promise<void>;

/** Runs parts one after the other; one that fails says why and costs no other its lines. */
export async function tellParts(parts: Readonly<Record<string, SpeedPart>>, tell: Tell): Promise<void> {
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part(tell);
    } catch (thrown) {
      tell({ what: name, figure: `failed: ${(thrown as Error).message}`, goal: '', reached: null });
    }
  }
}
