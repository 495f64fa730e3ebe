import { type Html, html } from 'assay/internal/report';

/** A page of the viewer. Addresses are relative, so that the token in the path is kept and never printed. */
export function pageFrame(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${title} – assay</title><link rel="stylesheet" href="app.css"></head>
<body><header class="app"><div class="wrap"><span class="brand">assay</span>
<nav aria-label="Pages"><a href="./">Runs</a> <a href="compare">Compare</a> <a href="history">History</a> <a href="label">Label</a></nav></div></header>
<main class="wrap"><h1 class="runhead">${title}</h1>${main}</main></body></html>
`.markup;
}
