/** @jsxImportSource preact */
import type { HistoryChange } from '../../src/view-pages/history-page.ts';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { homeOf, pathPart } from '../shell/home.ts';

/** `a` for the first change, `aa` after `z`; by run's name. */
export function lettersOf(changes: readonly HistoryChange[]): ReadonlyMap<string, string> {
  const letter = (at: number): string =>
    (at < 26 ? '' : letter(Math.floor(at / 26) - 1)) + 'abcdefghijklmnopqrstuvwxyz'[at % 26];
  return new Map(changes.map(({ run }, at) => [run, letter(at)]));
}

export interface ChangesTableProps {
  readonly changes: readonly HistoryChange[];
  readonly letters: ReadonlyMap<string, string>;
}

/** What each run had changed against the one before, the newest first. */
export function ChangesTable({ changes, letters }: ChangesTableProps) {
  return (
    <Section id="changes" title="What changed" finding="Against the run before on the dataset of the same name.">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">
              <span class="vh">Mark</span>
            </th>
            <th scope="col">When</th>
            <th scope="col">Run</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {changes.toReversed().map(({ run, title, createdAt, what }) => (
            <tr key={run}>
              <td>
                <span class="letter">{letters.get(run)}</span>
              </td>
              <td>{createdAt.slice(0, 10)}</td>
              <th scope="row" class="who">
                <a href={`${homeOf()}runs/${pathPart(run)}/report.html`}>
                  <Name text={title === '' ? run : title} />
                </a>
              </th>
              <td>
                {what.map(({ kind, text }) => (
                  <span class="what" key={kind}>
                    {kind}: <Pieces text={text} />
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
