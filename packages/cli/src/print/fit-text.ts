/** A text in so many columns: what is too long is cut in the middle, where names of one family differ least. */
export function shorten(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  if (width <= 1) return '…'.slice(0, width);
  const head = Math.ceil((width - 1) / 2);
  const tail = width - 1 - head;
  return `${letters.slice(0, head).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
}

/** The same, padded to that width. */
export function fitted(text: string, width: number): string {
  return shorten(text, width).padEnd(width);
}

/** Words on lines of at most `width` columns, each after `indent`; a longer word stands alone. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, indent + line];
}

/** `label` and the words beside it: those that do not fit stand on further lines below the first of them. */
export function beside(label: string, text: string, columns: number): string {
  const indent = ' '.repeat(Math.min(label.length, columns >> 1));
  const [first = '', ...more] = wrapped(text, columns, indent);
  const begun = label.length > indent.length ? [label.trimEnd(), first] : [label + first.slice(indent.length)];
  return [...begun, ...more].map((line) => line.trimEnd()).join('\n');
}

/** A name that stays whole and what is told of it: beside it where both fit, else below it. @param width of names; 0 for any */
export function nameAnd(name: string, width: number, text: string, columns: number): string {
  const padded = name.padEnd(width);
  if (padded.length + text.length <= columns && (width === 0 || name.length <= width))
    return `${padded}${text}`.trimEnd();
  return [...wrapped(name.trimEnd(), columns), ...wrapped(text, columns, '    ')].join('\n');
}
