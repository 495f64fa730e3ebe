import { visibleText } from '../text/visible-text.ts';

/** Text as Markdown that shows it as it is: on one line, no markup, no cell end. */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>()#+!|~&@]/g, (character) =>
      character === '@' ? '@\u2060' : character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
    );
}

/** Text as a code span in a table cell: mentions, links and markup stay asleep in it. */
export function markdownCode(text: string): string {
  const plain = visibleText(text).replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain === '' || plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}
