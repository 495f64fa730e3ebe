/** Rows of cells, the head first. */
export type TextTable = readonly (readonly string[])[];

/** What stands in the tables of a part of the page, drawings and what only eyes are meant for left out. */
export function tablesIn(part: Element): TextTable[] {
  const tables = part instanceof HTMLTableElement ? [part] : [...part.querySelectorAll('table')];
  return tables.map((table) => [...table.rows].map(cellsOf).filter((cells) => cells.some((cell) => cell !== '')));
}

function cellsOf(row: HTMLTableRowElement): string[] {
  return [...row.cells].flatMap((cell) => [textIn(cell), ...new Array<string>(cell.colSpan - 1).fill('')]);
}

function textIn(element: Element): string {
  const parts: string[] = [];
  const walk = (node: Node) => {
    if (node instanceof Element && (node.tagName === 'svg' || node.getAttribute('aria-hidden') === 'true')) return;
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent ?? '');
    if (node instanceof HTMLElement && getComputedStyle(node).display !== 'inline') parts.push(' ');
    for (const child of node.childNodes) walk(child);
  };
  walk(element);
  // Not every white space: a narrow one stands between thousands.
  return parts
    .join('')
    .replace(/[ \t\n\r]+/g, ' ')
    .trim();
}

/** Tables as Markdown, one after another; what would end a cell or begin markup is escaped. */
export function markdownOf(tables: readonly TextTable[]): string {
  return tables
    .map((table) => {
      const width = Math.max(...table.map((cells) => cells.length));
      const line = (cells: readonly string[]) =>
        `| ${Array.from({ length: width }, (_, at) => (cells[at] ?? '').replace(/[\\`*_[\]<>|#]/g, '\\$&')).join(' | ')} |`;
      const [head = [], ...rest] = table;
      return [line(head), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n');
    })
    .join('\n\n');
}

/** Tables as CSV, an empty line between them. Figures are plain ones; no text is a formula to a spreadsheet. */
export function csvOf(tables: readonly TextTable[]): string {
  return tables.map((table) => table.map((cells) => cells.map(csvCell).join(',')).join('\r\n')).join('\r\n\r\n');
}

function csvCell(text: string): string {
  const figure = text.replaceAll('−', '-').replace(/(?<=\d)[\u202f\u00a0](?=\d{3})/g, '');
  if (/^[+-]?\d+(?:\.\d+)?$/.test(figure)) return figure.replace(/^\+/, '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
