/** @jsxImportSource preact */
import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRow } from '../../src/rows/page-data.ts';
import { textOf } from '../filter/search-text.ts';
import { Pieces } from '../marks/words.tsx';
import { DiffPieces, TextBlock } from './text-view.tsx';
import { exactDiff } from './word-diff.ts';

/** What was asked in place of the input; with `diff` marked where it departs from it. */
function DisturbedInput({
  input,
  disturbed,
  diff,
}: {
  readonly input: PackedText;
  readonly disturbed: PackedText;
  readonly diff: boolean;
}) {
  const text = textOf(disturbed);
  const original = textOf(input);
  // The journal keeps the beginning of a long one.
  const isCut = text.endsWith('…') && original.length > text.length;
  const parts = diff ? exactDiff(isCut ? `${original.slice(0, text.length - 1)}…` : original, text) : null;
  return (
    <div class="disturbed">
      <span class="of">input</span>
      <TextBlock packed={disturbed}>{parts === null ? undefined : <DiffPieces parts={parts} />}</TextBlock>
    </div>
  );
}

/** Answers beside the main one: choices, and those to disturbed inputs, each with what was disturbed. */
export function FurtherAnswers({ packed, diff }: { readonly packed: PackedRow; readonly diff: boolean }) {
  const shown = new Set<string>();
  return (
    <details>
      <summary>Further answers</summary>
      <dl class="variants">
        {Object.entries(packed.variants ?? {}).map(([key, text]) => {
          const variant = variantOf(key);
          const disturbed = shown.has(variant) ? undefined : packed.disturbed?.[variant];
          shown.add(variant);
          return (
            <div key={key}>
              <dt>
                <Pieces text={key} />
              </dt>
              <dd>
                {disturbed !== undefined && <DisturbedInput input={packed.input} disturbed={disturbed} diff={diff} />}
                <TextBlock packed={text} />
              </dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}

/** `butter_finger/0` of `butter_finger/0:choice/1` and of `butter_finger/0 #2`, the second repeat. */
function variantOf(key: string): string {
  return key.split(':', 1)[0]!.replace(/ #\d+$/, '');
}
