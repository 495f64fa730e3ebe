/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** What was found, in words. */
  readonly finding?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page: its head in words, then its figure. */
export function Section({ id, title, finding, tools, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="sec">
        <h2 id={`${id}-title`}>{title}</h2>
        {finding && <p>{finding}</p>}
        {tools && <div class="tools">{tools}</div>}
      </div>
      {children}
    </section>
  );
}
