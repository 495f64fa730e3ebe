/** What people separate fields by, most usual first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
const SAMPLED_ROWS = 50;

/**
 * The delimiter by which the header has more than one field, and most rows as many as the header. Where several do
 * equally well, or none does, the usual one of the file's ending.
 */
export function detectDelimiter(head: string, usual: ',' | '\t'): string {
  let [best, bestShare] = [usual as string, -1];
  for (const delimiter of [usual, ...DELIMITERS.filter((each) => each !== usual)]) {
    const counts = fieldCounts(head, delimiter);
    const [header = 1] = counts;
    if (header < 2) continue;
    const rows = counts.slice(1);
    const share = rows.length === 0 ? 1 : rows.filter((count) => count === header).length / rows.length;
    if (share > bestShare) [best, bestShare] = [delimiter, share];
  }
  return best;
}

/** Fields of each of the first rows; delimiters and line ends within quotes are text. A row that is cut off does not count. */
function fieldCounts(head: string, delimiter: string): number[] {
  const counts: number[] = [];
  let [fields, isQuoted, isBlank] = [1, false, true];
  let before = delimiter;
  const endRow = (): void => {
    if (!isBlank) counts.push(fields);
    [fields, isBlank] = [1, true];
  };
  for (const character of head) {
    if (isQuoted) isQuoted = character !== '"';
    // A quote opens a field, or is the second of two that stand for one.
    else if (character === '"') isQuoted = before === delimiter || before === '\n' || before === '"';
    else if (character === '\n') endRow();
    else if (character === delimiter) fields++;
    isBlank &&= character === '\n' || character === '\r';
    before = character;
    if (counts.length > SAMPLED_ROWS) return counts;
  }
  if (counts.length === 0) endRow();
  return counts;
}
