/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds after the first texts: time for them to be drawn. */
const PAUSE_MS = 60;

export interface WhenIdleProps {
  /** What must be there first; null for nothing, and then the children are there at once. */
  readonly after: Promise<unknown> | null;
  readonly children: () => ComponentChildren;
}

/** What a page shows once it stands: drawing it would hold up the first look at a large run. */
export function WhenIdle({ after, children }: WhenIdleProps) {
  const [isThere, setThere] = useState(after === null);
  useEffect(() => (after === null ? undefined : onIdle(after, () => setThere(true))), [after]);
  return <>{isThere ? children() : null}</>;
}

/** Calls back when the first look is drawn and the page has nothing to do; returns what ends that. */
export function onIdle(after: Promise<unknown>, act: () => void): () => void {
  let isWanted = true;
  const later = () => setTimeout(() => requestIdleCallback(() => isWanted && act(), { timeout: 2000 }), PAUSE_MS);
  void after.then(() => requestAnimationFrame(later));
  return () => {
    isWanted = false;
  };
}
