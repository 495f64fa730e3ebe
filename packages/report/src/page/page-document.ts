import type { RunView } from '@assay/core';
import type { ReportOptions } from '../formats/report-options.ts';
import { categoriesSection } from '../sections/categories-section.ts';
import { distributionsSection } from '../sections/distributions-section.ts';
import { effortSection } from '../sections/effort-section.ts';
import { manifestSection } from '../sections/manifest-section.ts';
import { pairsSection } from '../sections/pairs-section.ts';
import { robustnessSection } from '../sections/robustness-section.ts';
import { scoresSection } from '../sections/scores-section.ts';
import { statesSection } from '../sections/states-section.ts';
import { verdictSection } from '../sections/verdict-section.ts';
import { plural } from '../wording/format-number.ts';
import { contentPolicy } from './content-policy.ts';
import { type Html, html, trustedHtml } from './html.ts';

export interface PageParts {
  readonly options: ReportOptions;
  readonly run: Pick<RunView, 'manifest' | 'summary'>;
  readonly script: string;
  readonly style: string;
  readonly dataBeside: boolean;
  /** The data blocks, or nothing where the data lies beside the page. */
  readonly samples: Html;
}

/** The whole page around its samples. */
export function pageDocument({ run, options, script, style, dataBeside, samples }: PageParts): string {
  const { summary, manifest } = run;
  const models = new Map(summary.models.map((model, i) => [model.name, i]));
  const sections = (
    [
      ['scores', 'Scores', scoresSection(summary, models)],
      ['pairs', 'Pairs', pairsSection(summary, models)],
      ['categories', 'Categories', categoriesSection(summary, models, options.categories)],
      ['distributions', 'Distributions', distributionsSection(summary, models)],
      ['robustness', 'Robustness', robustnessSection(summary, models)],
      ['states', 'States', statesSection(summary, models)],
      ['effort', 'Time', effortSection(summary, models, options.costs)],
      ['samples', 'Samples', samples],
      ['manifest', 'Repeat', manifestSection(manifest)],
    ] satisfies [id: string, title: string, section: Html | null][]
  ).filter(([, , section]) => section !== null);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(contentPolicy({ script, style, dataBeside }))}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${summary.dataset.name} – assay ${manifest.run}</title>
<style>${trustedHtml(style)}</style>
<script>${trustedHtml(script)}</script></head>
<body><header class="top"><h1>${summary.dataset.name}</h1><button type="button" id="theme" hidden>theme</button>
<p class="facts">${plural(summary.dataset.samples, 'sample')} · ${plural(summary.models.length, 'model')} · seed ${summary.seed} · <time datetime="${manifest.createdAt}">${manifest.createdAt.slice(0, 16).replace('T', ' ')} UTC</time> · run ${manifest.run}</p></header>
<main>
${verdictSection(summary, options)}
<nav aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a> `)}</nav>
${sections.map(([, , section]) => section)}
</main></body></html>
`;
  return page.markup;
}
