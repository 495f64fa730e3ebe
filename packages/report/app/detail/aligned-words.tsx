/** @jsxImportSource preact */
import { plural } from '../../src/wording/format-number.ts';
import { type Mark, ModelMark } from '../marks/model-mark.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import type { Alignment } from './align-words.ts';

export interface AlignedWordsProps {
  readonly alignment: Alignment;
  /** One an output. */
  readonly sides: readonly { readonly name: string; readonly mark: Mark }[];
}

/** The target over each output, word by word: what is there, missing, or said besides. The counts say the same in words. */
export function AlignedWords({ alignment: { slots, counts, words }, sides }: AlignedWordsProps) {
  return (
    <div class="aligned">
      <ul>
        {sides.map(({ name, mark }, at) => (
          <li key={at}>
            <ModelMark mark={mark} /> <Name text={name} /> has {counts[at]!.found} of {plural(words, 'word')} of the
            target, {counts[at]!.besides === 0 ? 'none' : counts[at]!.besides} besides.
          </li>
        ))}
      </ul>
      <div class="slots" aria-hidden="true">
        <span class="slot">
          <span class="of">target</span>
          {sides.map(({ mark }, at) => (
            <span key={at}>
              <ModelMark mark={mark} />
            </span>
          ))}
        </span>
        {slots.map((slot, place) =>
          slot.kind === 'target' ? (
            <span class="slot" key={place} dir="auto">
              <span class="of">
                <Pieces text={slot.word} />
              </span>
              {slot.found.map((word, at) =>
                word === null ? (
                  <span class="missing" key={at}>
                    –
                  </span>
                ) : (
                  <span class="there" key={at}>
                    <Pieces text={word} />
                  </span>
                ),
              )}
            </span>
          ) : (
            <span class="slot" key={place} dir="auto">
              <span class="of" />
              {slot.words.map((text, at) => (
                <span class="besides" key={at}>
                  <Pieces text={text} />
                </span>
              ))}
            </span>
          ),
        )}
      </div>
    </div>
  );
}
