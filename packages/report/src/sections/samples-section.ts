import { type Html, html, trustedHtml } from '../page/html.ts';
import { chunkName } from '../rows/page-data.ts';
import { formatCount, plural } from '../wording/format-number.ts';

/** Where the explorer finds its data: in the page as script-safe JSON, or in a folder beside it. */
export type SampleData = { readonly index: string; readonly chunks: readonly string[] } | { readonly folder: string };

function block(name: string, json: string): Html {
  return html`<script type="application/json" id="data-${name}">${trustedHtml(json)}</script>
`;
}

/**
 * The explorer's place, and its data blocks after it so that the page above shows first.
 * @param total rows of the run, where `rows` of them were drawn for the page; null where it has them all
 */
export function samplesSection(data: SampleData, rows: number, total: number | null): Html {
  const beside = 'folder' in data;
  return html`<section id="samples" aria-labelledby="samples-title"><h2 id="samples-title">Samples</h2>
${total !== null && html`<p class="note">The list has ${plural(rows, 'row')} of ${formatCount(total)}: samples drawn by chance, each with the answers of all its models. All figures above are over the whole run; the journal has every row, and <code>assay report RUN --max-rows N</code> lists more of them.</p>`}
<div id="explorer" data-folder="${beside ? data.folder : ''}"><p class="note">${rows === 0 ? 'No sample has ended yet.' : 'Opening the samples takes JavaScript.'}</p></div></section>
${beside ? null : [block('index', data.index), ...data.chunks.map((json, i) => block(chunkName(i), json))]}`;
}
