/** @jsxImportSource preact */
import type { LivePage } from '../../src/view-pages/live-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { ModelMark } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { liveMarks } from './live-marks.ts';

/** Answers without a score, by reason. */
export function LiveLossesSection({ page }: { readonly page: LivePage }) {
  const { losses, furtherLosses } = page;
  const lost = losses.reduce((sum, { count }) => sum + count, 0);
  const marks = liveMarks(page);
  const finding =
    lost === 0
      ? 'Every answer so far has a score.'
      : `${plural(lost, 'answer')} ${lost === 1 ? 'has' : 'have'} no score; the most frequent reason stands first.`;
  return (
    <Section id="losses" title="What went wrong" finding={finding} copies={false}>
      {lost > 0 && (
        <table class="plain losses">
          <thead>
            <tr>
              <th scope="col" class="num">
                Answers
              </th>
              <th scope="col">How it ended, and why</th>
              <th scope="col">Models</th>
              <th scope="col" class="num opt">
                Newest sample
              </th>
            </tr>
          </thead>
          <tbody>
            {losses.map(({ state, code, reason, count, models, sample }) => (
              <tr key={`${state} ${code} ${reason}`}>
                <td class="num">
                  <b>{formatCount(count)}</b>
                </td>
                <th scope="row" class="who">
                  <span class={state === 'failed' || state === 'timed_out' ? 'failed' : ''}>
                    {state.replaceAll('_', ' ')}
                  </span>{' '}
                  {code !== '' && (
                    <code>
                      <Pieces text={code} />
                    </code>
                  )}
                  <span class="why">
                    <Pieces text={reason} />
                  </span>
                </th>
                <td>
                  {models.map((model) => (
                    <span class="by" key={model}>
                      <ModelMark mark={marks[model]!} />
                      <Name text={page.models[model]?.name ?? ''} />
                    </span>
                  ))}
                </td>
                <td class="num opt">{sample}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {furtherLosses > 0 && <p class="note">{plural(furtherLosses, 'further reason')} are not listed.</p>}
    </Section>
  );
}
