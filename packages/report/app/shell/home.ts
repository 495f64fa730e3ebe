import { wellFormed } from '../../src/text/well-formed.ts';

/** The way from this page to the viewer's first; '' where the page is a file of its own. */
export function homeOf(): string {
  return document.getElementById('app')?.dataset.home ?? '';
}

/** A name as part of an address; one that is no whole text has its broken characters replaced. */
export function pathPart(name: string): string {
  return encodeURIComponent(wellFormed(name));
}

/** Asks the viewer for JSON. @throws Error in the viewer's own words */
export async function askViewer(path: string, change?: unknown): Promise<unknown> {
  const answer = await fetch(
    homeOf() + path,
    change === undefined
      ? { cache: 'no-store' }
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) },
  );
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
