/** @jsxImportSource preact */
import type { LivePage } from '../../src/view-pages/live-page.ts';
import { formatScore } from '../../src/wording/format-number.ts';
import { ModelMark } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { liveMarks } from './live-marks.ts';

/** Samples as they come, the newest first. */
export function LatestSection({ page }: { readonly page: LivePage }) {
  const marks = liveMarks(page);
  if (page.latest.length === 0) return null;
  return (
    <Section
      id="latest"
      title="As they come"
      finding="The newest answer stands first; the report has all of them, whole."
      copies={false}
    >
      <ol class="latest">
        {page.latest.map(({ model, sample, state, input, output, reason, score }) => (
          <li key={`${model} ${sample} ${state}`}>
            <div class="by">
              <ModelMark mark={marks[model]!} />
              <Name text={page.models[model]?.name ?? ''} /> <span class="quiet">sample {sample}</span>
            </div>
            <div class="said">
              {input !== '' && (
                <p class="quiet">
                  <bdi>
                    <Pieces text={input} />
                  </bdi>
                </p>
              )}
              <p>
                {state === 'scored' || reason === '' ? (
                  <bdi>
                    <Pieces text={output} />
                  </bdi>
                ) : (
                  <>
                    <span class={state === 'failed' || state === 'timed_out' ? 'failed' : ''}>
                      {state.replaceAll('_', ' ')}
                    </span>{' '}
                    <Pieces text={reason} />
                  </>
                )}
              </p>
            </div>
            <div class="fig">
              {score !== null && (
                <>
                  <b>{formatScore(score.value)}</b>
                  <small>
                    <Label text={score.key} />
                  </small>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
