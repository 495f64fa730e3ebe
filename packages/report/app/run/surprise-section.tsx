/** @jsxImportSource preact */
import type { PackedRow, PackedTokens, PageIndex } from '../../src/rows/page-data.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatScore } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { useRows } from '../data/use-rows.ts';
import { useScores } from '../data/use-scores.ts';
import { Shades, Tokens } from '../detail/token-strips.tsx';
import { eachSample } from '../filter/row-order.ts';
import { textOf } from '../filter/search-text.ts';
import { type Mark, ModelMark, marksOf } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';

/** Samples that are shown, tokens of each, and characters where tokens were not kept. */
const MOST = 5;
const MOST_TOKENS = 96;
const MOST_CHARACTERS = 240;

/** Place of the score that says how unlikely a text was to a model; −1 without one. Bytes are the same to every model. */
export function surpriseScore({ scores }: PageIndex): number {
  const places = ['bits_per_byte', 'perplexity'].map((name) => scores.findIndex(({ key }) => key.endsWith(`.${name}`)));
  return places.find((at) => at >= 0) ?? -1;
}

export interface SurpriseSectionProps {
  readonly page: RunPage;
  readonly source: SampleSource;
  readonly place: number;
}

/** The texts that the models found least likely, token by token where tokens were kept. */
export function SurpriseSection({ page, source, place }: SurpriseSectionProps) {
  const index = useScores(source, [place]);
  const { key, values } = index.scores[place]!;
  const samples = values === null ? [] : leastLikely(index, values);
  useRows(
    source,
    samples.flatMap((rows) => [...rows]),
  );
  if (samples.length === 0) return null;
  const algorithm = key.slice(0, key.lastIndexOf('.'));
  const hasTokens = samples.flat().some((row) => source.peek(row)?.tokens !== undefined);
  return (
    <Section
      id="surprise"
      title="Least likely texts"
      copies={() => [
        ['row', ...page.models.map(({ name }) => name)],
        ...samples.map((rows) => [
          String(index.sample[rows[0]!]! + 1),
          ...page.models.map((_, model) => String(values![rows.find((row) => index.model[row] === model) ?? -1] ?? '')),
        ]),
      ]}
      finding={
        <>
          Highest <Name text={key} /> of any model first.{' '}
          {hasTokens ? (
            'The darker a token, the less likely it was.'
          ) : (
            <>
              A run with <code>{'keep: { tokens: true }'}</code> shows which tokens.
            </>
          )}
        </>
      }
    >
      {hasTokens && <Shades />}
      <ol class="surprise">
        {samples.map((rows) => (
          <Sample
            key={rows[0]}
            rows={rows}
            {...{ source, index, values: values!, algorithm }}
            marks={marksOf(page.models)}
          />
        ))}
      </ol>
    </Section>
  );
}

/** Rows of the samples whose greatest value is greatest, the earlier of equal ones first. */
export function leastLikely(index: PageIndex, values: Float64Array): number[][] {
  const most: { readonly rows: number[]; readonly value: number }[] = [];
  eachSample(index, (order, from, to) => {
    const rows = [...order.subarray(from, to)].filter((row) => !Number.isNaN(values[row]!));
    const value = Math.max(...rows.map((row) => values[row]!));
    if (rows.length === 0 || (most.length === MOST && value <= most[MOST - 1]!.value)) return;
    const at = most.findIndex((other) => other.value < value);
    most.splice(at < 0 ? most.length : at, 0, { rows, value });
    if (most.length > MOST) most.pop();
  });
  return most.map(({ rows }) => rows);
}

interface SampleProps {
  readonly rows: readonly number[];
  readonly source: SampleSource;
  readonly index: PageIndex;
  readonly values: Float64Array;
  readonly algorithm: string;
  readonly marks: readonly Mark[];
}

function Sample({ rows, source, index, values, algorithm, marks }: SampleProps) {
  const sample = index.sample[rows[0]!]!;
  const strips = rows.map((row) => stripOf(source.peek(row)?.tokens, algorithm));
  return (
    <li>
      <button type="button" class="opens" onClick={() => open(sample)}>
        Row {sample + 1}
      </button>
      {rows.map((row, at) => (
        <div class="strip-of" key={row}>
          <p class="note">
            <ModelMark mark={marks[index.model[row]!]!} />
            <Name text={index.models[index.model[row]!]!} /> <b>{formatScore(values[row]!)}</b>
          </p>
          {strips[at] !== undefined && <Tokens strip={strips[at]} most={MOST_TOKENS} />}
        </div>
      ))}
      {strips.every((strip) => strip === undefined) && (
        <p class="tokens">
          <bdi>
            <Pieces text={textOfRow(source, rows[0]!)} />
          </bdi>
        </p>
      )}
    </li>
  );
}

/** Keys name the algorithm only where another has the same key for something else. */
function stripOf(tokens: PackedRow['tokens'], algorithm: string): PackedTokens | undefined {
  return tokens?.[`${algorithm} text`] ?? tokens?.text;
}

function textOfRow(source: SampleSource, row: number): string {
  const packed = source.peek(row);
  if (packed === null) return source.missing(row) === null ? '…' : 'texts missing';
  const text = textOf(packed.input);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function open(sample: number): void {
  setUrlValues({ list: '', state: '', only: '', q: '', model: '', row: String(sample + 1) });
  document.getElementById('samples')?.scrollIntoView();
}
