/** @jsxImportSource preact */
import type { SampleState } from '@assay/core';
import type { LiveModel, LivePage } from '../../src/view-pages/live-page.ts';
import { formatCount } from '../../src/wording/format-number.ts';
import { ModelMark } from '../marks/model-mark.tsx';
import { Scrolled } from '../marks/scrolled.tsx';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';
import { liveMarks } from './live-marks.ts';

/** In the order in which they stand in a bar. */
const STATES: readonly SampleState[] = ['scored', 'unscored', 'truncated', 'refused', 'failed', 'timed_out', 'skipped'];

/** How far each model is, and how its samples ended. */
export function ProgressSection({ page }: { readonly page: LivePage }) {
  const marks = liveMarks(page);
  const shown = STATES.filter((state) => page.models.some(({ states }) => (states[state] ?? 0) > 0));
  return (
    <Section id="progress" title="Progress">
      <Scrolled label="Progress of each model">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" class="plot">
                Answers that are in
              </th>
              {shown.map((state) => (
                <th scope="col" class="num" key={state}>
                  {state.replaceAll('_', ' ')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.models.map((model, at) => (
              <tr key={model.name}>
                <th scope="row" class="who">
                  <ModelMark mark={marks[at]!} />
                  <Name text={model.name} />
                </th>
                <td class="plot">
                  <Bar model={model} />
                </td>
                {shown.map((state) => (
                  <td class="num" key={state}>
                    {(model.states[state] ?? 0) === 0 ? (
                      <span class="quiet">–</span>
                    ) : (
                      formatCount(model.states[state] ?? 0)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </Section>
  );
}

function Bar({ model: { name, done, total, states } }: { readonly model: LiveModel }) {
  const share = (count: number) => `${total === 0 ? 0 : (100 * count) / total}%`;
  const failed = (states.failed ?? 0) + (states.timed_out ?? 0);
  return (
    <div class="bar">
      <svg
        role="progressbar"
        aria-label={`Progress of ${name}`}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <rect class="all" width="100%" height="100%" />
        <rect class="done" width={share(done)} height="100%" />
        <rect class="lost" x={share(done - failed)} width={share(failed)} height="100%" />
      </svg>
      <span>
        {formatCount(done)} of {formatCount(total)}
      </span>
    </div>
  );
}
