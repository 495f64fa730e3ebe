/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { Explorer } from '../explorer.tsx';
import { Section } from '../marks/section.tsx';
import { Pieces } from '../marks/words.tsx';

/** The samples: what broke, what was sent, why it got its score. */
export function SamplesSection({ page, source }: { readonly page: RunPage; readonly source: SampleSource | string }) {
  return (
    <Section
      id="samples"
      title="Samples"
      copies={false}
      finding="Ask a question, then walk the answers with j and k. Models stand side by side on the same sample."
    >
      {page.rowsInAll !== null && typeof source !== 'string' && (
        <p class="note drawn-note">
          The list has {plural(source.index.rows, 'row')} of {formatCount(page.rowsInAll)}: samples drawn by chance,
          each with the answers of all its models. All figures are over the whole run; the journal has every row, and{' '}
          <code>assay report RUN --max-rows N</code> lists more of them.
        </p>
      )}
      {typeof source === 'string' ? (
        <p class="none error">
          <Pieces text={source} />
        </p>
      ) : source.index.rows === 0 ? (
        <p class="none">No sample has ended yet.</p>
      ) : (
        <Explorer source={source} page={page} />
      )}
    </Section>
  );
}
