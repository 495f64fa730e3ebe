import { html, trustedHtml } from '../page/html.ts';
import { scriptSafeJson } from '../page/json-block.ts';
import type { HistoryPage } from './history-page.ts';
import type { LivePage } from './live-page.ts';
import type { RunsPage } from './runs-page.ts';

/**
 * The beginning of a page of the viewer, which needs nothing of its runs: a browser that has it fetches the script and the
 * style, files of the server, while the runs are read.
 */
export function appHead(title: string): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${title} – assay</title><link rel="stylesheet" href="app.css"><script src="app.js"></script></head>
`.markup;
}

/** What follows it: the same app as in a report. */
export function appBody(title: string, page: RunsPage | HistoryPage | LivePage): string {
  return html`<body><div id="app" data-folder="" data-home="./"><main class="wrap"><h1>${title}</h1><p>This page draws itself with JavaScript; <code>assay runs list</code> and <code>assay history</code> print the same.</p></main></div>
<script type="application/json" id="data-page">${trustedHtml(scriptSafeJson(page))}</script></body></html>
`.markup;
}

/** A page of the viewer. */
export function appDocument(title: string, page: RunsPage | HistoryPage | LivePage): string {
  return appHead(title) + appBody(title, page);
}
