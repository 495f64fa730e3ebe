/** @jsxImportSource preact */
import { Fragment } from 'preact';
import type { AuditedPanel, JudgeAudit } from '../../src/view-pages/judge-audit.ts';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';

export interface PanelSectionProps {
  readonly id: string;
  readonly panel: AuditedPanel;
  readonly audit: JudgeAudit;
}

/** How several judges of one algorithm would be set up as a jury and as a cascade, by the labels. */
export function PanelSection({ id, panel, audit: { agreement, risk } }: PanelSectionProps) {
  const { algorithm, judges, weights, cascade } = panel;
  const isKnown = cascade.every((found) => found !== null);
  const percent = (share: number) => `${Number((share * 100).toPrecision(4))} %`;
  return (
    <Section
      id={id}
      title="A panel"
      heading={
        <>
          <Name text={algorithm} /> as a panel
        </>
      }
      copies={false}
    >
      <p>
        In this order:{' '}
        {judges.map((judge, at) => (
          <Fragment key={at}>
            {at > 0 && ', '}
            <Name text={judge} />
          </Fragment>
        ))}
        .
      </p>
      <p>
        {weights === null ? (
          'Weights of a jury need labels.'
        ) : (
          <>
            As a jury, by agreement with the labels: <code>{`weights: [${weights.join(', ')}]`}</code>
          </>
        )}
      </p>
      <p>
        {isKnown ? (
          <>
            As a cascade it agrees with people on at least {percent(agreement)} of what it decides, wrong with a chance
            of at most {percent(risk)}:{' '}
            <code>{`sure_from: [${cascade.map((found) => found.sureFrom.toFixed(3)).join(', ')}]`}</code>
          </>
        ) : (
          `As a cascade: the labels do not show from which sureness on each judge agrees on ${percent(agreement)}, at a risk of ${percent(risk)}. Label more, or promise less.`
        )}
      </p>
    </Section>
  );
}
