/** @jsxImportSource preact */
import { useEffect } from 'preact/hooks';
import type { LivePage } from '../../src/view-pages/live-page.ts';
import { formatCount, formatMilliseconds } from '../../src/wording/format-number.ts';
import { Name, Pieces } from '../marks/words.tsx';
import { Footer } from '../shell/footer.tsx';
import { homeOf, pathPart } from '../shell/home.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { LatestSection } from './latest-section.tsx';
import { LiveControls } from './live-controls.tsx';
import { doneOf, liveHeadline, totalOf } from './live-headline.ts';
import { LiveLossesSection } from './live-losses-section.tsx';
import { LiveScoresSection } from './live-scores-section.tsx';
import { ProgressSection } from './progress-section.tsx';
import { useLivePage } from './use-live-page.ts';

/** A run that goes on: how far it is, what it found so far, and what goes wrong. */
export function LiveView({ page: first }: { readonly page: LivePage }) {
  const { page, rate, look, silence } = useLivePage(first);
  const headline = liveHeadline(page);
  useEffect(() => {
    // In a tab of many it says how far it is.
    document.title = `${headline} – assay`;
  }, [headline]);
  const left = totalOf(page.models) - doneOf(page.models);
  return (
    <>
      <TopBar />
      <main class="wrap live">
        <div class="pagehead">
          <div class="crumb">
            <span class="crumb-name">
              <Name text={page.title === '' ? page.dataset : page.title} />
            </span>
            <time dateTime={page.createdAt}>{page.createdAt.slice(0, 16).replace('T', ' ')} UTC</time>
            <span class="mono">
              <Pieces text={page.run} />
            </span>
          </div>
          <h1 aria-live="off">{headline}</h1>
          <p>
            {rate !== null &&
              `${formatCount(rate)} answers a minute; about ${formatMilliseconds((left / rate) * 60_000)} to go. `}
            {page.state === 'stopped' && 'What was answered is on disk and is not asked again. '}
            {page.uncounted > 0 &&
              `Figures are of the first answers; ${formatCount(page.uncounted)} later ones are counted alone. `}
            {silence !== '' && (
              <span class="failed">
                The viewer does not answer; this is how it was: <Pieces text={silence} />
              </span>
            )}
          </p>
          <LiveControls page={page} look={look} />
        </div>
        <ProgressSection page={page} />
        <LiveScoresSection page={page} />
        <LiveLossesSection page={page} />
        <LatestSection page={page} />
        <p class="note">
          <a href={homeOf()}>All runs</a>
          {page.state === 'finished' && (
            <>
              {' · '}
              <a href={`${homeOf()}runs/${pathPart(page.run)}/report.html`}>The report</a>
            </>
          )}
        </p>
      </main>
      <Footer />
    </>
  );
}
