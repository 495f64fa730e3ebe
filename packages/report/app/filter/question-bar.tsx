/** @jsxImportSource preact */
import type { PageIndex } from '../../src/rows/page-data.ts';
import { formatCount } from '../../src/wording/format-number.ts';
import { Name, Pieces } from '../marks/words.tsx';
import { type RowFilter, SAMPLE_LISTS, type SampleList } from './row-filter.ts';

const NAMES: Readonly<Record<SampleList, string>> = {
  all: 'all',
  fixed: 'fixed',
  broken: 'broken',
  disagree: 'disagree',
  worst: 'worst',
  longest: 'longest',
  cut: 'cut',
  unscored: 'unscored',
  unsure: 'judge unsure',
  noted: 'noted',
};

export interface QuestionBarProps {
  readonly index: PageIndex;
  readonly filter: RowFilter;
  /** Rows of each list; null until they are counted. */
  readonly counts: Readonly<Record<SampleList, number>> | null;
  readonly onList: (list: SampleList) => void;
}

/** The lists by what one asks. Those that cannot have a row are not offered. */
export function QuestionBar({ index, filter, counts, onList }: QuestionBarProps) {
  const several = index.models.length > 1;
  const offered = SAMPLE_LISTS.filter(
    (list) =>
      (several || !['fixed', 'broken', 'disagree'].includes(list)) &&
      (list === 'all' || list === filter.list || counts === null || counts[list] > 0),
  );
  return (
    <fieldset class="questions">
      <legend class="vh">Lists of samples</legend>
      {offered.map((list) => (
        <button type="button" key={list} aria-pressed={filter.list === list} onClick={() => onList(list)}>
          {NAMES[list]} {counts !== null && <span class="c">{formatCount(counts[list])}</span>}
        </button>
      ))}
    </fieldset>
  );
}

/** What the chosen list holds, in a line. */
export function ListWords({ index, filter }: Pick<QuestionBarProps, 'index' | 'filter'>) {
  const score = <Pieces text={index.scores[filter.score]?.key ?? 'any score'} />;
  const [before, after] = [filter.baseline, filter.candidate].map((at) => <Name text={index.models[at] ?? ''} />);
  switch (filter.list) {
    case 'fixed':
      return (
        <>
          {after} does better than {before} on {score}; the largest gain first.
        </>
      );
    case 'broken':
      return (
        <>
          {after} does worse than {before} on {score}; the largest loss first.
        </>
      );
    case 'disagree':
      return <>The models have different {score}; those furthest apart first.</>;
    case 'worst':
      return <>The worst {score} first.</>;
    case 'longest':
      return <>The longest answers first.</>;
    case 'cut':
      return <>Answers that were cut at max_new_tokens. They are scored as they stand.</>;
    case 'unscored':
      return <>Answers without {score}, each with its reason.</>;
    case 'unsure':
      return <>A judge was less than 75 % sure of what it said; the least sure first.</>;
    case 'noted':
      return <>Samples that somebody noted or labelled, in the order of the dataset.</>;
    default:
      return <>Every answer, in the order of the dataset.</>;
  }
}
