import type { RunView, SampleNote, Summary } from '@assay/core';
import type { ReportOptions, SideChoices } from '../formats/report-options.ts';
import type { PageIndex } from '../rows/page-data.ts';
import { type Verdict, verdictOf } from '../wording/verdict.ts';
import { alikeScores } from './alike-scores.ts';
import { type CategoryFigures, categoryFigures } from './category-figures.ts';
import { type Decisions, decisionsOf } from './decisions.ts';
import { type EffortFigures, effortFigures } from './effort-figures.ts';
import { findingOf } from './finding.ts';
import { caveatOf, type LossFigures, lossFigures } from './loss-figures.ts';
import { type PairFigures, pairFigures } from './pair-figures.ts';
import { type RepeatFacts, repeatFacts } from './repeat-facts.ts';
import { type RobustnessCurve, robustnessCurves } from './robustness-curves.ts';
import { type ScoreDrop, scoreDrops } from './score-drops.ts';
import { type ScoreFigures, scoreFigures } from './score-figures.ts';

/** What the page of a run draws. All words and figures are made here, from manifest and summary; the page draws them. */
export interface RunPage {
  readonly view: 'run';
  readonly run: string;
  readonly createdAt: string;
  readonly dataset: string;
  readonly samples: number;
  readonly seed: number;
  readonly models: readonly PageModel[];
  readonly headline: string;
  /** What the figures leave out; null where all answers were scored. */
  readonly caveat: string | null;
  readonly notes: readonly string[];
  readonly decisions: Decisions;
  readonly finding: string;
  /** Positions of the two models whose differences stand at the top; null of a single model. */
  readonly lead: { readonly candidate: number; readonly baseline: number } | null;
  readonly scores: readonly ScoreFigures[];
  /** How the intervals were made, in words. */
  readonly methods: string | null;
  readonly pairs: PairFigures;
  readonly categories: CategoryFigures | null;
  readonly drops: readonly ScoreDrop[];
  /** Of disturbances that the run has in several strengths. */
  readonly curves: readonly RobustnessCurve[];
  readonly losses: LossFigures;
  readonly effort: EffortFigures;
  readonly repeat: RepeatFacts;
  /** Rows of the run where the list has only some, drawn by chance; null where it has all. */
  readonly rowsInAll: number | null;
  /** What people say of samples. */
  readonly sampleNotes: readonly PageSampleNote[];
  /** Of a comparison in the viewer. */
  readonly choices: SideChoices | null;
}

/** What people say of a sample, by its index in the dataset. */
export type PageSampleNote = SampleNote;

/** A model under its whole name, and the parts of it where every name of the run is `model / prompt`. */
export interface PageModel {
  readonly name: string;
  readonly model: string;
  readonly prompt: string | null;
}

/** Everything of a run's page but its samples. */
export function runPage(
  { manifest, summary }: Pick<RunView, 'manifest' | 'summary'>,
  index: PageIndex,
  options: ReportOptions,
  rowsInAll: number | null,
): RunPage {
  const alike = alikeScores(index, summary.scores);
  const scores = scoreFigures(summary, alike);
  const verdict = verdictOf(summary);
  return {
    view: 'run',
    run: manifest.run,
    createdAt: manifest.createdAt,
    dataset: summary.dataset.name,
    samples: summary.dataset.samples,
    seed: summary.seed,
    models: modelNames(summary),
    headline: verdict.headline,
    caveat: caveatOf(summary),
    notes: options.notes ?? [],
    decisions: decisionsOf(options),
    finding: findingOf(verdict, summary.models.length),
    lead: leadOf(summary, verdict, options.chosen?.model),
    scores: scores.figures,
    methods: scores.methods,
    pairs: pairFigures(summary),
    categories: categoryFigures(summary, options.categories),
    drops: scoreDrops(summary),
    curves: robustnessCurves(summary),
    losses: lossFigures(summary),
    effort: effortFigures(summary, options.costs),
    repeat: repeatFacts(manifest),
    rowsInAll,
    sampleNotes: options.sampleNotes ?? [],
    choices: options.choices ?? null,
  };
}

function modelNames({ models }: Summary): PageModel[] {
  const parts = models.map(({ name }) => name.split(' / '));
  const areArms = models.length > 1 && parts.every(({ length }) => length === 2);
  return models.map(({ name }, i) => ({
    name,
    model: areArms ? parts[i]![0]! : name,
    prompt: areArms ? parts[i]![1]! : null,
  }));
}

/** The baseline is the first model, everywhere; the candidate is the one that was chosen, else that leads. */
function leadOf({ models }: Summary, { scores }: Verdict, chosen: string | undefined): RunPage['lead'] {
  if (models.length < 2) return null;
  const wins = new Map<string, number>();
  for (const { leader, decided } of scores)
    if (leader !== null) wins.set(leader, (wins.get(leader) ?? 0) + (decided ? scores.length + 1 : 1));
  const ranked = [...wins].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const place = (name: string | undefined) => models.findIndex((model) => model.name === name);
  const candidate = [chosen, ...ranked].map(place).find((at) => at > 0) ?? 1;
  return { candidate, baseline: 0 };
}
