/** @jsxImportSource preact */
import './styles/tokens.css';
import './styles/base.css';
import './styles/marks.css';
import './styles/run.css';
import './styles/samples.css';
import './styles/runs.css';
import './styles/history.css';
import './styles/live.css';
import './styles/narrow.css';
import './styles/print.css';
import { render } from 'preact';
import type { RunPage } from '../src/run-page/run-page.ts';
import type { HistoryPage } from '../src/view-pages/history-page.ts';
import type { AuditPage } from '../src/view-pages/judge-audit.ts';
import type { LivePage } from '../src/view-pages/live-page.ts';
import type { RunsPage } from '../src/view-pages/runs-page.ts';
import { AuditView } from './audit/audit-view.tsx';
import { openSampleSource } from './data/sample-source.ts';
import { HistoryView } from './history/history-view.tsx';
import { LiveView } from './live/live-view.tsx';
import { RunView } from './run/run-view.tsx';
import { RunsView } from './runs/runs-view.tsx';
import { setTheme, storedTheme } from './shell/theme.ts';

// Before the first paint.
setTheme(storedTheme());

async function start(): Promise<void> {
  const place = document.getElementById('app');
  const text = document.getElementById('data-page')?.textContent;
  if (place === null || text == null) return;
  const page = pageIn(text);
  if (page === null) {
    place.querySelector('p')?.replaceChildren('This page is damaged: write it again, or copy it again whole.');
    return;
  }
  const drawn = page.view === 'run' ? await runView(page, place.dataset.folder ?? '') : viewOf(page);
  place.textContent = '';
  render(drawn, place);
  goToHash();
}

type Page = RunPage | RunsPage | HistoryPage | LivePage | AuditPage;

/** What the page was made from; null where the file was cut. */
function pageIn(text: string): Page | null {
  try {
    return JSON.parse(text) as Page;
  } catch {
    return null;
  }
}

async function runView(page: RunPage, folder: string) {
  // Why there are no samples is said where they would be: the figures do not need them.
  const source = await openSampleSource(folder).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  return <RunView page={page} source={source} />;
}

function viewOf(page: Exclude<Page, RunPage>) {
  switch (page.view) {
    case 'runs':
      return <RunsView page={page} />;
    case 'history':
      return <HistoryView page={page} />;
    case 'live':
      return <LiveView page={page} />;
    case 'audit':
      return <AuditView audit={page.audit} />;
  }
}

/** A place that the address named before there was one. */
function goToHash(): void {
  const id = /^#([\w-]+)(?:&|$)/.exec(location.hash)?.[1];
  if (id !== undefined) document.getElementById(id)?.scrollIntoView();
}

document.addEventListener('DOMContentLoaded', () => void start());
