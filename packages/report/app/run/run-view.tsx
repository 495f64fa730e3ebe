/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { Footer } from '../shell/footer.tsx';
import { JumpBar } from '../shell/jump-bar.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { WhenIdle } from '../shell/when-idle.tsx';
import { CategoriesSection } from './categories-section.tsx';
import { ChangedSection } from './changed-section.tsx';
import { DropsSection } from './drops-section.tsx';
import { EffortSection } from './effort-section.tsx';
import { JudgesSection } from './judges-section.tsx';
import { LossesSection } from './losses-section.tsx';
import { MatrixSection } from './matrix-section.tsx';
import { PairsSection } from './pairs-section.tsx';
import { RepeatSection } from './repeat-section.tsx';
import { RunHead } from './run-head.tsx';
import { SamplesSection } from './samples-section.tsx';
import { SidePickers } from './side-pickers.tsx';
import { StripsSection } from './strips-section.tsx';
import { SurpriseSection, surpriseScore } from './surprise-section.tsx';
import { ThresholdsSection, thresholdScores } from './thresholds-section.tsx';

/** Rows up to which everything is drawn at once. */
const MOST_AT_ONCE = 5000;

/** A run: the answer in words, the figures behind it, the samples behind those. */
export function RunView({ page, source }: { readonly page: RunPage; readonly source: SampleSource | string }) {
  const hasStrips = typeof source !== 'string' && source.index.rows > 0;
  const after = hasStrips && source.index.rows > MOST_AT_ONCE ? source.firstTexts : null;
  const thresholds = hasStrips ? thresholdScores(source.index) : [];
  const surprise = hasStrips ? surpriseScore(source.index) : -1;
  const hasChanged = hasStrips && areScoredTogether(page);
  const sections = [
    ['scores', 'Scores', true],
    ['pairs', 'Differences', page.pairs.all.length > 0],
    ['categories', 'Categories', page.categories !== null],
    ['samples', 'Samples', true],
    ['changed', 'Who changed', hasChanged],
    ['robustness', 'Robustness', page.drops.length + page.curves.length > 0],
    ['judges', 'Judges', hasStrips && source.index.judges !== null],
    ['thresholds', 'Thresholds', thresholds.length > 0],
    ['surprise', 'Surprise', surprise >= 0],
    ['states', 'Ended', true],
    ['effort', 'Cost', true],
    ['manifest', 'Repeat', true],
  ] as const;
  return (
    <>
      <TopBar {...(page.choices !== null && { current: 'Compare' as const })} />
      <main>
        {page.choices !== null && <SidePickers choices={page.choices} />}
        <RunHead page={page} />
        <JumpBar sections={sections.filter(([, , isThere]) => isThere)} />
        <div class="wrap">
          <MatrixSection page={page} />
          {page.pairs.all.length > 0 && <PairsSection page={page} />}
          {page.categories !== null && <CategoriesSection page={page} figures={page.categories} />}
          <SamplesSection page={page} source={source} />
          {hasChanged && <WhenIdle after={after}>{() => <ChangedSection page={page} source={source} />}</WhenIdle>}
          {hasStrips && <WhenIdle after={after}>{() => <StripsSection page={page} source={source} />}</WhenIdle>}
          {page.drops.length + page.curves.length > 0 && <DropsSection page={page} />}
          {hasStrips && source.index.judges !== null && <JudgesSection agreement={source.index.judges} />}
          {thresholds.length > 0 && (
            <WhenIdle after={after}>
              {() => <ThresholdsSection page={page} source={source as SampleSource} places={thresholds} />}
            </WhenIdle>
          )}
          {surprise >= 0 && (
            <WhenIdle after={after}>
              {() => <SurpriseSection page={page} source={source as SampleSource} place={surprise} />}
            </WhenIdle>
          )}
          <div class="two">
            <LossesSection page={page} />
            <EffortSection page={page} />
          </div>
          <RepeatSection facts={page.repeat} />
        </div>
      </main>
      <Footer />
    </>
  );
}

/** Whether two models have some score both. */
function areScoredTogether({ scores }: RunPage): boolean {
  return scores.some(({ cells }) => cells.filter((cell) => (cell?.n ?? 0) > 0).length > 1);
}
