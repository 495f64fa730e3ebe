/** @jsxImportSource preact */
import './styles/tokens.css';
import './styles/base.css';
import './styles/marks.css';
import './styles/run.css';
import './styles/samples.css';
import './styles/narrow.css';
import './styles/print.css';
import { render } from 'preact';
import type { RunPage } from '../src/run-page/run-page.ts';
import { openSampleSource } from './data/sample-source.ts';
import { RunView } from './run/run-view.tsx';
import { setTheme, storedTheme } from './shell/theme.ts';

// Before the first paint.
setTheme(storedTheme());

async function start(): Promise<void> {
  const place = document.getElementById('app');
  const text = document.getElementById('data-page')?.textContent;
  if (place === null || text == null) return;
  const page = JSON.parse(text) as RunPage;
  // Why there are no samples is said where they would be: the figures do not need them.
  const source = await openSampleSource(place.dataset.folder ?? '').catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  place.textContent = '';
  render(<RunView page={page} source={source} />, place);
  goToHash();
}

/** A place that the address named before there was one. */
function goToHash(): void {
  const id = /^#([\w-]+)(?:&|$)/.exec(location.hash)?.[1];
  if (id !== undefined) document.getElementById(id)?.scrollIntoView();
}

document.addEventListener('DOMContentLoaded', () => void start());
