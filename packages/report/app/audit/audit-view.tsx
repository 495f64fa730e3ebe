/** @jsxImportSource preact */
import { visibleText } from '../../src/text/visible-text.ts';
import type { AuditedJudge, JudgeAudit } from '../../src/view-pages/judge-audit.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';
import { Footer } from '../shell/footer.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { MeasureTable } from './measure-table.tsx';
import { judgeMeasures, pairMeasures } from './measures.ts';
import { PanelSection } from './panel-section.tsx';

const VERDICTS = {
  helps: 'It helps: labels rise with its score.',
  not_shown: 'It is not shown to help: nothing of it is taken into a corrected score.',
  contradicts: 'It contradicts the labels: worse than useless.',
} as const;

/** What a run shows of its judges: agreement with people, biases, stability, and how wording changes them. */
export function AuditView({ audit }: { readonly audit: JudgeAudit }) {
  const { run, judges, pairs, panels } = audit;
  const wordings = pairs.filter(({ differ }) => differ === 'wording');
  const others = pairs.filter(({ differ }) => differ === 'judge');
  const several = panels.filter((panel) => panel.judges.length > 1);
  return (
    <>
      <TopBar />
      <main class="wrap">
        <div class="pagehead">
          <h1>{headlineOf(audit)}</h1>
          <p>
            Judges of <Name text={run} />. Scores are scaled to 0 … 1, intervals hold at 95 %; dotted lines mark where
            there is no bias. What the run does not show is left out.
          </p>
        </div>
        {judges.map((judge, at) => (
          <JudgeSection key={at} judge={judge} id={`judge-${at + 1}`} />
        ))}
        {wordings.length > 0 && (
          <Section id="wording" title="The same judge by other rubrics">
            <MeasureTable rows={pairMeasures(wordings)} />
          </Section>
        )}
        {others.length > 0 && (
          <Section id="others" title="Judges against one another">
            <MeasureTable rows={pairMeasures(others)} />
          </Section>
        )}
        {several.map((panel, at) => (
          <PanelSection key={at} id={`panel-${at + 1}`} panel={panel} audit={audit} />
        ))}
      </main>
      <Footer>
        <span>assay judge audit writes the same as Markdown or JSON.</span>
      </Footer>
    </>
  );
}

function JudgeSection({ judge, id }: { readonly judge: AuditedJudge; readonly id: string }) {
  const { algorithm, samples, labelled, usefulness } = judge;
  const name = `${algorithm} · ${judge.judge}`;
  const verdict =
    usefulness !== null
      ? VERDICTS[usefulness]
      : labelled === 0
        ? 'Without labels nobody knows how right it is (assay label).'
        : 'It says one thing only, or too few are labelled to tell whether it helps.';
  return (
    <Section
      id={id}
      title={visibleText(name)}
      heading={<Name text={name} />}
      finding={`${plural(samples, 'output')} judged, ${formatCount(labelled)} labelled by people. ${verdict}`}
    >
      <MeasureTable rows={judgeMeasures(judge)} />
    </Section>
  );
}

function headlineOf({ judges }: JudgeAudit): string {
  const known = judges.filter(({ usefulness }) => usefulness !== null);
  const helping = known.filter(({ usefulness }) => usefulness === 'helps').length;
  if (known.length === 0) return 'Without more labels nobody knows how right a judge is.';
  if (known.length === 1) return helping === 1 ? 'The judge helps.' : 'The judge is not shown to help.';
  return `${helping} of ${known.length} judges are shown to help.`;
}
