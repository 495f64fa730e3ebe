/** @jsxImportSource preact */
import { groupBy } from '../../src/collections/group-by.ts';
import type { PackedRow, PageIndex } from '../../src/rows/page-data.ts';
import { splitScoreKey } from '../../src/rows/score-key.ts';
import { formatMilliseconds, formatScore } from '../../src/wording/format-number.ts';
import { hasTexts } from '../data/kept-texts.ts';
import { textOf } from '../filter/search-text.ts';
import { type Mark, ModelMark } from '../marks/model-mark.tsx';
import { Pieces } from '../marks/words.tsx';
import { FurtherAnswers } from './further-answers.tsx';
import { Judged } from './judged.tsx';
import { LogProbabilities } from './log-probabilities.tsx';
import { Pending } from './pending.tsx';
import { DiffPieces, TextBlock } from './text-view.tsx';
import { TokenStrips } from './token-strips.tsx';
import { nearestDiff } from './word-diff.ts';

export interface AnswerCardProps {
  readonly index: PageIndex;
  readonly row: number;
  readonly mark: Mark;
  readonly packed: PackedRow | null;
  /** Why there are no texts and will be none; null while they are being loaded. */
  readonly missing: string | null;
  readonly diff: boolean;
  readonly chosen: boolean;
}

/** Alternatives that a target offers. */
const OR = '<OR>';

function Output({ packed, diff }: { readonly packed: PackedRow; readonly diff: boolean }) {
  if (packed.output === undefined) {
    const why = 'The run kept no texts: its dataset is large, and holds the outputs itself.';
    return <p class="none">{hasTexts(packed) ? 'no output' : why}</p>;
  }
  const targets = textOf(packed.target)
    .split(OR)
    .map((target) => target.trim())
    .filter((target) => target !== '');
  const output = textOf(packed.output);
  const found = diff && targets.length > 0 && output !== '' ? nearestDiff(targets, output) : null;
  if (found === null) return <TextBlock packed={packed.output} />;
  return (
    <TextBlock packed={packed.output}>
      <DiffPieces parts={found.parts} />
    </TextBlock>
  );
}

interface ScoresProps {
  readonly index: PageIndex;
  readonly scores: readonly (number | null)[];
  readonly unscored: Readonly<Record<string, string>>;
}

/** The row's scores by algorithm, and the reasons of the algorithms that gave none. */
function Scores({ index, scores, unscored }: ScoresProps) {
  const scored = index.scoreKeys.flatMap((key, at) => {
    const value = scores[at] ?? null;
    return value === null ? [] : [{ key, value }];
  });
  return (
    <dl class="scores">
      {[...groupBy(scored, ({ key }) => splitScoreKey(key)[0])].map(([algorithm, columns]) => (
        <div class="scores-of" key={algorithm}>
          <dt class="of">{algorithm}</dt>
          {columns.map(({ key, value }) => (
            <dd key={key}>
              <span>{splitScoreKey(key)[1]}</span> {formatScore(value)}
            </dd>
          ))}
        </div>
      ))}
      {Object.entries(unscored).map(([algorithm, reason]) => (
        <div class="scores-of" key={algorithm}>
          <dt class="of">{algorithm}</dt>
          <dd>
            <Pieces text={reason.replaceAll('_', ' ')} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One model's answer to a sample: output against target, scores, and why a score is missing. */
export function AnswerCard({ index, row, mark, packed, missing, diff, chosen }: AnswerCardProps) {
  const model = index.model[row] ?? 0;
  const state = index.states[index.state[row] ?? 0] ?? '';
  const ms = index.elapsedMs[row] ?? Number.NaN;
  return (
    <article class={chosen ? 'answer chosen' : 'answer'}>
      <header>
        <h4 class="model">
          <ModelMark mark={mark} />
          <bdi>
            <Pieces text={index.models[model] ?? ''} />
          </bdi>
        </h4>
        {state !== 'scored' && <span class={`state state-${state}`}>{state.replace('_', ' ')}</span>}
        {packed?.cut === true && <span class="state state-truncated">cut at max_new_tokens</span>}
        {!Number.isNaN(ms) && <span class="took">{formatMilliseconds(ms)}</span>}
      </header>
      {packed === null ? <Pending reason={missing} /> : <Output packed={packed} diff={diff} />}
      {packed?.prompt !== undefined && (
        <details>
          <summary>Prompt as it was sent</summary>
          <TextBlock packed={packed.prompt} />
        </details>
      )}
      {packed?.error !== undefined && (
        <div class="error">
          <TextBlock packed={packed.error} />
        </div>
      )}
      <Scores index={index} scores={packed?.scores ?? []} unscored={packed?.unscored ?? {}} />
      {packed?.remarks !== undefined && <Judged remarks={packed.remarks} />}
      {packed?.nats !== undefined && <LogProbabilities nats={packed.nats} />}
      {packed?.tokens !== undefined && <TokenStrips tokens={packed.tokens} />}
      {packed?.variants !== undefined && <FurtherAnswers packed={packed} diff={diff} />}
    </article>
  );
}
