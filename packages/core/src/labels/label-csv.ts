import { type ExchangeFormat, unreadable } from './exchange-format.ts';
import { type HumanLabel, humanLabel } from './human-label.ts';

const COLUMNS = ['sample', 'output', 'rubric', 'question', 'reference', 'answer', 'label', 'who', 'when'] as const;

/** A row an output and person; an empty label is one that is still to be given. @see https://www.rfc-editor.org/rfc/rfc4180 */
export const csvLabels: ExchangeFormat = {
  name: 'csv',
  write: ({ rubric, tasks }, labels) => {
    const said = new Map<string, HumanLabel[]>();
    for (const label of labels) {
      const key = `${label.sample} ${label.output}`;
      said.set(key, [...(said.get(key) ?? []), label]);
    }
    const rows = tasks.flatMap(({ sample, output, question, reference, answer }) => {
      const shown = [sample, output, rubric.digest, question, reference ?? '', answer];
      const own = said.get(`${sample} ${output}`) ?? [];
      return own.length === 0
        ? [[...shown, '', '', '']]
        : own.map(({ label, who, when }) => [...shown, label ?? '', who, when]);
    });
    return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
  },
  read: (text, fallback) => {
    const [head = [], ...rows] = csvRecords(text.replace(/^\uFEFF/, ''));
    const at = Object.fromEntries(head.map((name, position) => [name.trim(), position]));
    for (const needed of ['sample', 'output', 'rubric', 'label'])
      if (at[needed] === undefined) throw unreadable('CSV', `it has no column "${needed}"`);
    const labels: HumanLabel[] = [];
    let unanswered = 0;
    for (const [row, cells] of rows.entries()) {
      const value = (name: string): string => cells[at[name] ?? -1]?.trim() ?? '';
      if (value('label') === '') unanswered += 1;
      else {
        const parsed = humanLabel.safeParse({
          sample: value('sample'),
          output: value('output'),
          rubric: value('rubric'),
          label: value('label'),
          who: value('who') || fallback.who,
          when: value('when') || fallback.when,
        });
        if (!parsed.success) throw unreadable('CSV', `row ${row + 2}: ${issueOf(parsed.error.issues[0]!)}`);
        labels.push(parsed.data);
      }
    }
    return { labels, unanswered };
  },
};

function issueOf({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${path.join('.')} ${message}`;
}

/** How texts begin that a spreadsheet would run as a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Rows of cells; quotes may hold line ends. Empty lines are none. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cellText = '';
  let isQuoted = false;
  const endCell = () => {
    record.push(cellText);
    cellText = '';
  };
  const endRecord = () => {
    endCell();
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (isQuoted) {
      if (character !== '"') cellText += character;
      else if (text[at + 1] === '"') {
        cellText += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cellText === '') isQuoted = true;
    else if (character === ',') endCell();
    else if (character === '\n') endRecord();
    else if (character !== '\r') cellText += character;
  }
  endRecord();
  return records;
}
