/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';

/** How the samples ended, each count a way to the samples. */
export function LossesSection({ page }: { readonly page: RunPage }) {
  const { states, models, notes } = page.losses;
  const hasCut = models.some(({ cut }) => cut > 0);
  const lost = models.reduce((sum, { counts }) => sum + counts.slice(1).reduce((all, count) => all + count, 0), 0);
  const marks = marksOf(page.models);
  return (
    <Section
      id="states"
      title="How the samples ended"
      finding={lost === 0 ? 'Every answer was scored.' : `${plural(lost, 'answer')} have no score; a count opens them.`}
    >
      <div class="scrolled">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Model</th>
              {states.map((state) => (
                <th scope="col" class="num" key={state}>
                  {state.replaceAll('_', ' ')}
                </th>
              ))}
              {hasCut && (
                <th scope="col" class="num">
                  cut
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {models.map(({ counts, cut }, model) => (
              <tr key={model}>
                <th scope="row" class="who">
                  <ModelMark mark={marks[model]!} />
                  <Name text={page.models[model]!.name} />
                </th>
                {counts.map((count, i) => (
                  <td class="num" key={states[i]}>
                    <Count
                      count={count}
                      values={i === 0 ? null : { state: states[i]!, only: page.models[model]!.name }}
                    />
                  </td>
                ))}
                {hasCut && (
                  <td class="num">
                    <Count count={cut} values={{ list: 'cut', only: page.models[model]!.name }} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasCut && <p class="note">Cut answers reached max_new_tokens. They are scored as they stand.</p>}
      {notes.map((note) => (
        <p class="note" key={note}>
          <Pieces text={note} />
        </p>
      ))}
    </Section>
  );
}

/** A count that opens its samples in the list. */
function Count({
  count,
  values,
}: {
  readonly count: number;
  readonly values: Readonly<Record<string, string>> | null;
}) {
  if (count === 0) return <span class="quiet">–</span>;
  if (values === null) return <>{formatCount(count)}</>;
  return (
    <button
      type="button"
      class="opens"
      onClick={() => {
        setUrlValues({ list: '', state: '', row: '', model: '', q: '', ...values });
        document.getElementById('samples')?.scrollIntoView();
      }}
    >
      {formatCount(count)}
    </button>
  );
}
