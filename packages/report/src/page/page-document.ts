import { contentPolicy } from './content-policy.ts';
import { type Html, html, trustedHtml } from './html.ts';
import { scriptSafeJson } from './json-block.ts';

export interface PageParts {
  /** What the app draws. */
  readonly page: object;
  readonly title: string;
  /** What it says without JavaScript, and the command that writes the same as text. */
  readonly headline: string;
  readonly instead: string;
  readonly script: string;
  readonly style: string;
  /** The folder beside the page that has the samples; '' where `blocks` are in the page. */
  readonly folder: string;
  /** Script-safe JSON by name. */
  readonly blocks: readonly (readonly [name: string, json: string])[];
}

function block(name: string, json: string): Html {
  return html`<script type="application/json" id="data-${name}">${trustedHtml(json)}</script>
`;
}

/** The whole page: the app, and its data as JSON. Without JavaScript it says its headline, and where the figures are. */
export function pageDocument(parts: PageParts): string {
  const { page, title, headline, instead, script, style, folder, blocks } = parts;
  const policy = contentPolicy({ script, style, dataBeside: folder !== '' });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${title}</title>
<style>${trustedHtml(style)}</style>
<script>${trustedHtml(script)}</script></head>
<body><div id="app" data-folder="${folder}" data-home=""><main class="wrap"><h1>${headline}</h1>
<p>This page draws itself with JavaScript; <code>${instead}</code> writes the same as text.</p></main></div>
${block('page', scriptSafeJson(page))}${blocks.map(([name, json]) => block(name, json))}</body></html>
`.markup;
}
