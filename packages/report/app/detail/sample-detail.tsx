/** @jsxImportSource preact */
import { type ComponentChildren, Fragment } from 'preact';
import type { SampleSource } from '../data/sample-source.ts';
import { textOf } from '../filter/search-text.ts';
import type { Mark } from '../marks/model-mark.tsx';
import { Pieces } from '../marks/words.tsx';
import { permalinkValues } from '../shell/permalink.ts';
import { hashOf } from '../shell/url-state.ts';
import { alignWords } from './align-words.ts';
import { AlignedWords } from './aligned-words.tsx';
import { AnswerCard } from './answer-card.tsx';
import { Pending } from './pending.tsx';
import { TextBlock } from './text-view.tsx';

export interface SampleDetailProps {
  readonly source: SampleSource;
  /** The chosen row first, then the other models' rows of the same sample. */
  readonly rows: readonly number[];
  /** By model. */
  readonly marks: readonly Mark[];
  readonly diff: boolean;
  /** What stands below the sample's head. */
  readonly children?: ComponentChildren;
}

/** Alternatives of a target: words are aligned with the first, as outputs are told apart from one text. */
const OR = '<OR>';

function Aligned({ source: { index, peek }, rows, marks }: Pick<SampleDetailProps, 'source' | 'rows' | 'marks'>) {
  const answered = rows.filter((row) => textOf(peek(row)?.output) !== '');
  const target = textOf(peek(rows[0] ?? 0)?.target).split(OR)[0] ?? '';
  const alignment = alignWords(
    target,
    answered.map((row) => textOf(peek(row)?.output)),
  );
  if (alignment === null) return null;
  const sides = answered.map((row) => {
    const model = index.model[row] ?? 0;
    return { name: index.models[model] ?? '', mark: marks[model]! };
  });
  return <AlignedWords alignment={alignment} sides={sides} />;
}

/** A sample whole: input and target once, then every model's answer side by side. */
export function SampleDetail({ source, rows, marks, diff, children }: SampleDetailProps) {
  const { index, peek } = source;
  const [row = 0] = rows;
  const packed = peek(row);
  const sample = index.sample[row] ?? 0;
  const category = index.categories[index.category[row] ?? -1];
  const model = index.models[index.model[row] ?? 0] ?? null;
  const link = hashOf(Object.entries(permalinkValues({ sample, model })));
  const ordered = rows.toSorted((a, b) => (index.model[a] ?? 0) - (index.model[b] ?? 0));
  return (
    <>
      <header class="sample-head">
        <h3>Row {sample + 1}</h3>
        {category !== undefined && (
          <bdi class="none">
            <Pieces text={category} />
          </bdi>
        )}
        <a href={link}>link to this sample</a>
      </header>
      {children}
      {packed === null ? (
        <Pending reason={source.missing(row)} />
      ) : (
        <dl class="sample-texts">
          <dt>Input</dt>
          <dd>
            <TextBlock packed={packed.input} />
          </dd>
          {Object.entries(packed.columns ?? {}).map(([name, text]) => (
            <Fragment key={name}>
              <dt>
                <Pieces text={name} />
              </dt>
              <dd>
                <TextBlock packed={text} />
              </dd>
            </Fragment>
          ))}
          {packed.target !== undefined && (
            <>
              <dt>Target</dt>
              <dd>
                <TextBlock packed={packed.target} />
              </dd>
            </>
          )}
        </dl>
      )}
      {diff && <Aligned {...{ source, rows: ordered, marks }} />}
      <div class="answers">
        {ordered.map((each) => (
          <AnswerCard
            key={each}
            index={index}
            row={each}
            mark={marks[index.model[each] ?? 0]!}
            packed={peek(each)}
            missing={source.missing(each)}
            diff={diff}
            chosen={each === row && rows.length > 1}
          />
        ))}
      </div>
      {packed !== null && <p class="digest">digest {packed.digest}</p>}
    </>
  );
}
