import { type Html, html, trustedHtml } from '../page/html.ts';
import { chunkName } from '../rows/page-data.ts';

/** Where the explorer finds its data: in the page as script-safe JSON, or in a folder beside it. */
export type SampleData = { readonly index: string; readonly chunks: readonly string[] } | { readonly folder: string };

function block(name: string, json: string): Html {
  return html`<script type="application/json" id="data-${name}">${trustedHtml(json)}</script>
`;
}

/** The explorer's place, and its data blocks after it so that the page above shows first. */
export function samplesSection(data: SampleData, rows: number): Html {
  const beside = 'folder' in data;
  return html`<section id="samples" aria-labelledby="samples-title"><h2 id="samples-title">Samples</h2>
<div id="explorer" data-folder="${beside ? data.folder : ''}"><p class="note">${rows === 0 ? 'No sample has ended yet.' : 'Opening the samples takes JavaScript.'}</p></div></section>
${beside ? null : [block('index', data.index), ...data.chunks.map((json, i) => block(chunkName(i), json))]}`;
}
