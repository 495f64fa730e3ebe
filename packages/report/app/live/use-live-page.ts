import { useEffect, useRef, useState } from 'preact/hooks';
import type { LivePage } from '../../src/view-pages/live-page.ts';
import { askViewer, pathPart } from '../shell/home.ts';
import { doneOf } from './live-headline.ts';

/** Milliseconds between two looks. */
const LOOK_MS = { running: 1000, otherwise: 4000 } as const;
/** A rate is over the last so many milliseconds. */
const RATE_MS = 60_000;

export interface FollowedPage {
  readonly page: LivePage;
  /** Answers a minute over the last minute; null before two looks have seen it grow. */
  readonly rate: number | null;
  /** Looks at once. */
  readonly look: () => Promise<void>;
  /** Why the viewer does not answer; '' while it does. */
  readonly silence: string;
}

/** A run as it is now, looked at again and again while the page is seen. */
export function useLivePage(first: LivePage): FollowedPage {
  const [page, setPage] = useState(first);
  const [silence, setSilence] = useState('');
  const seen = useRef<{ readonly at: number; readonly done: number }[]>([
    { at: performance.now(), done: doneOf(first.models) },
  ]);
  const look = async () => {
    try {
      const next = (await askViewer(`live.json?run=${pathPart(first.run)}`)) as LivePage;
      seen.current = [...seen.current, { at: performance.now(), done: doneOf(next.models) }].filter(
        ({ at }, i, all) => i === all.length - 1 || performance.now() - at < RATE_MS,
      );
      setPage(next);
      setSilence('');
    } catch (error) {
      setSilence(error instanceof Error ? error.message : String(error));
    }
  };
  const isRunning = page.state === 'running';
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void look(), isRunning ? LOOK_MS.running : LOOK_MS.otherwise);
    return () => clearInterval(timer);
  }, [isRunning]);
  return { page, silence, look, rate: isRunning ? rateOf(seen.current) : null };
}

function rateOf(seen: readonly { readonly at: number; readonly done: number }[]): number | null {
  const [from, to] = [seen[0], seen.at(-1)];
  if (from === undefined || to === undefined || to.done <= from.done) return null;
  return ((to.done - from.done) / (to.at - from.at)) * 60_000;
}
