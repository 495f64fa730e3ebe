import type { RunView } from '@assay/core';
import { categoriesSection } from '../sections/categories-section.ts';
import { scoresSection } from '../sections/scores-section.ts';
import { statesSection } from '../sections/states-section.ts';
import { verdictSection } from '../sections/verdict-section.ts';
import { plural } from '../wording/format-number.ts';
import { contentPolicy } from './content-policy.ts';
import { type Html, html, trustedHtml } from './html.ts';

export interface PageParts {
  readonly run: Pick<RunView, 'manifest' | 'summary'>;
  readonly script: string;
  readonly style: string;
  readonly dataBeside: boolean;
  /** The data blocks, or nothing where the data lies beside the page. */
  readonly samples: Html;
}

/** The whole page around its samples. */
export function pageDocument({ run, script, style, dataBeside, samples }: PageParts): string {
  const { summary, manifest } = run;
  const models = new Map(summary.models.map((model, i) => [model.name, i]));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(contentPolicy({ script, style, dataBeside }))}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${summary.dataset.name} – assay ${manifest.run}</title>
<style>${trustedHtml(style)}</style>
<script>${trustedHtml(script)}</script></head>
<body><header class="top"><p class="kicker">assay report</p><h1>${summary.dataset.name}</h1>
<p class="facts">${plural(summary.dataset.samples, 'sample')} · ${plural(summary.models.length, 'model')} · seed ${summary.seed} · <time datetime="${manifest.createdAt}">${manifest.createdAt.slice(0, 16).replace('T', ' ')} UTC</time> · run ${manifest.run}</p></header>
<main>
${verdictSection(summary)}
${scoresSection(summary, models)}
${statesSection(summary, models)}
${categoriesSection(summary, models)}
${samples}
</main></body></html>
`;
  return page.markup;
}
