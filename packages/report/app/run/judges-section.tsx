/** @jsxImportSource preact */
import type { JudgeAgreement } from '../../src/rows/judge-agreement.ts';
import { formatCount, formatScore } from '../../src/wording/format-number.ts';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';

/** How far judges can be relied on: each with itself, and with every other. */
export function JudgesSection({ agreement: { judges, pairs } }: { readonly agreement: JudgeAgreement }) {
  const least = pairs.toSorted((a, b) => a.same / a.n - b.same / b.n)[0];
  return (
    <Section
      id="judges"
      title="Judges"
      finding={
        least === undefined ? (
          'How sure the judge was, and how often its replies to one question differed.'
        ) : (
          <>
            <Name text={judges[least.a]!.name} /> and <Name text={judges[least.b]!.name} /> agree least: on{' '}
            {share(least.same, least.n)} of what both judged.
          </>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the page is narrow, and has nothing else to focus */}
      <section class="scrolled" tabIndex={0} aria-label="Judges, a table">
        <table class="plain agreement">
          <thead>
            <tr>
              <th scope="col">Judge</th>
              <th scope="col" class="num">
                Judged
              </th>
              <th scope="col" class="num">
                Mean sureness
              </th>
              <th scope="col" class="num">
                Changed its reply
              </th>
              {judges.length > 1 &&
                judges.map(({ name }) => (
                  <th scope="col" class="num" key={name}>
                    with <Name text={name} />
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {judges.map(({ name, n, sureness, wavered }, at) => (
              <tr key={name}>
                <th scope="row" class="who">
                  <Name text={name} />
                </th>
                <td class="num">{formatCount(n)}</td>
                <td class="num">{formatScore(sureness)}</td>
                <td class="num">{share(wavered, n)}</td>
                {judges.length > 1 &&
                  judges.map((_, other) => <Agreement key={other} pair={pairOf(pairs, at, other)} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="note">
        {judges.length > 1 &&
          'Share of what both judged on which they hold the same, the darker the more; κ is Cohen’s, agreement beyond chance. '}
        <button type="button" class="opens" onClick={openUnsure}>
          Samples whose judge was unsure
        </button>
      </p>
    </Section>
  );
}

function pairOf(pairs: JudgeAgreement['pairs'], one: number, other: number) {
  return pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
}

function Agreement({ pair }: { readonly pair: JudgeAgreement['pairs'][number] | undefined }) {
  if (pair === undefined) return <td class="num quiet">–</td>;
  return (
    <td class="num" data-shade={Math.round((4 * pair.same) / pair.n)}>
      {share(pair.same, pair.n)} <small>{pair.kappa === null ? 'no κ' : `κ ${formatScore(pair.kappa)}`}</small>
    </td>
  );
}

function share(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}

function openUnsure(): void {
  setUrlValues({ list: 'unsure', state: '', only: '', q: '', row: '', model: '' });
  document.getElementById('samples')?.scrollIntoView();
}
