import { formatPlace, type Reach } from 'assay/internal';
import { printable } from './terminal.ts';

/** What a config reaches, a line each; of its own files nothing is said. */
export function reachLines(reached: readonly Reach[]): string {
  return reached
    .filter(({ kind, needs }) => kind !== 'file' || needs !== null)
    .map(({ kind, name, use, at, needs }) => {
      const place = at === undefined ? '' : `${formatPlace(at)}  `;
      return `reaches  ${printable(`${place}${kind} ${name} ${use}${needs === null ? '' : `; needs ${needs}`}`)}\n`;
    })
    .join('');
}
