/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { CopyMenu } from '../copy/copy-menu.tsx';
import type { TextTable } from '../copy/table-text.ts';

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** The title where a name from a run stands in it; `title` is then what it is called when copied. */
  readonly heading?: ComponentChildren;
  /** What was found, in words. */
  readonly finding?: ComponentChildren;
  /** Figures of a drawing that stands in no table, to be copied; false where there is nothing to copy. */
  readonly tools?: ComponentChildren;
  readonly copies?: (() => TextTable) | false;
  readonly children: ComponentChildren;
}

/** A part of a page: its head in words, then its figure. */
export function Section({ id, title, heading = title, finding, tools, copies, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="sec">
        <h2 id={`${id}-title`}>{heading}</h2>
        {finding && <p>{finding}</p>}
        <div class="tools">
          {tools}
          {copies !== false && <CopyMenu of={id} title={title} data={copies} />}
        </div>
      </div>
      {children}
    </section>
  );
}
