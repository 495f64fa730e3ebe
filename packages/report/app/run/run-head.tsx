/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import { plural } from '../../src/wording/format-number.ts';
import { Message, Name, Pieces } from '../marks/words.tsx';
import { VerdictStrip } from './verdict-strip.tsx';

/** `2026-11-23 21:45 UTC` */
function timeText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Which is better, how sure, and what follows of it. */
export function RunHead({ page }: { readonly page: RunPage }) {
  const prompts = new Set(page.models.map(({ prompt }) => prompt));
  const names = new Set(page.models.map(({ model }) => model));
  const arms = prompts.size > 1 ? `${plural(names.size, 'model')} × ${plural(prompts.size, 'prompt')}` : null;
  return (
    <div class="wrap runhead" id="verdict">
      <div class="crumb">
        <span class="crumb-name">
          <Name text={page.dataset} />
        </span>
        <time dateTime={page.createdAt}>{timeText(page.createdAt)}</time>
        <span class="mono">
          <Pieces text={page.run} />
        </span>
      </div>
      <div class="lead">
        <div>
          <h1>{visibleText(page.headline)}</h1>
          {page.caveat !== null && (
            <p class="sub">
              {visibleText(page.caveat)} <a href="#states">How they ended</a>
            </p>
          )}
          {page.notes.map((note) => (
            <p class="sub" key={note}>
              <Message text={note} />
            </p>
          ))}
        </div>
        <dl class="facts">
          <dt>Data</dt>
          <dd>
            <Name text={page.dataset} />, {plural(page.samples, 'sample')}
          </dd>
          <dt>Models</dt>
          <dd>{arms ?? plural(page.models.length, 'model')}</dd>
          {page.lead !== null && (
            <>
              <dt>Baseline</dt>
              <dd>
                ★ <Name text={page.models[page.lead.baseline]?.name ?? ''} />
              </dd>
            </>
          )}
          <dt>Took</dt>
          <dd>{page.effort.took}</dd>
          <dt>Seed</dt>
          <dd>{page.seed}</dd>
        </dl>
      </div>
      <Decisions page={page} />
      <VerdictStrip page={page} />
    </div>
  );
}

/** Gates, those that failed first, and the model that was chosen. */
function Decisions({ page: { decisions } }: { readonly page: RunPage }) {
  const { outcome, gates, chosen } = decisions;
  if (outcome === null && chosen === null) return null;
  const isPassed = gates.every(({ status }) => status === 'passed');
  return (
    <div class="decisions">
      {outcome !== null && (
        <div>
          <h3 class={isPassed ? '' : 'failed'}>{outcome}</h3>
          <ul>
            {gates.map(({ name, status, reason }, i) => (
              <li key={i}>
                <strong class={status === 'passed' ? '' : 'failed'}>{status}</strong>
                <span>
                  <Pieces text={name} />
                  {reason !== '' && (
                    <small>
                      <Pieces text={reason} />
                    </small>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {chosen !== null && (
        <div>
          <h3>
            Chosen: <Name text={chosen.model} />
          </h3>
          <p>
            <Pieces text={chosen.reason} />
          </p>
          {chosen.ranks !== null && (
            <p>
              <Pieces text={chosen.ranks} />
            </p>
          )}
        </div>
      )}
    </div>
  );
}
