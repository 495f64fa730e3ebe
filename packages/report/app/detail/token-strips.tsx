/** @jsxImportSource preact */
import type { PackedTokens } from '../../src/rows/page-data.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { Label, Pieces } from '../marks/words.tsx';
import { hardest, heatOf, meanNats, SHADES, shareWords } from './token-heat.ts';

/** Answers that a card draws token by token; a sample may have been asked hundreds. */
const MOST = 12;

/** The tokens of a row's answers, the less likely the darker. */
export function TokenStrips({ tokens }: { readonly tokens: Readonly<Record<string, PackedTokens>> }) {
  const all = Object.entries(tokens);
  const shown = all.slice(0, MOST);
  return (
    <details class="token-strips">
      <summary>Tokens</summary>
      <p class="shades">
        {SHADES.map(({ words }, at) => (
          <span key={words}>
            <i class={`tk heat-${at}`} aria-hidden="true" /> {words}
          </span>
        ))}
      </p>
      {shown.map(([key, strip]) => (
        <Strip key={key} name={all.length === 1 ? null : key} strip={strip} />
      ))}
      {all.length > shown.length && (
        <p class="none">
          The first {shown.length} of {formatCount(all.length)} texts; the journal has them all.
        </p>
      )}
    </details>
  );
}

/** White space before a word is not shaded: words stand apart. */
function Token({ text, nats }: { readonly text: string; readonly nats: number }) {
  const word = text.trimStart();
  const space = word === '' ? '' : text.slice(0, text.length - word.length);
  return (
    <>
      {space}
      <span class={`tk heat-${heatOf(nats)}`} title={shareWords(nats)}>
        {text === '' ? <span class="none">◦</span> : <Pieces text={text.slice(space.length)} />}
      </span>
    </>
  );
}

function Strip({ name, strip }: { readonly name: string | null; readonly strip: PackedTokens }) {
  const { texts, nats, of } = strip;
  const least = hardest(strip);
  return (
    <div class="token-strip">
      {name !== null && (
        <h5>
          <Label text={name} />
        </h5>
      )}
      <p class="tokens">
        {texts.map((text, at) => (
          <Token key={at} text={text} nats={nats[at]!} />
        ))}
      </p>
      <p class="note">
        {of === undefined ? plural(texts.length, 'token') : `The first ${texts.length} of ${formatCount(of)} tokens`}
        {texts.length > 0 && <>, perplexity {Math.exp(-meanNats(strip)).toPrecision(3)}</>}
        {least.length > 0 && '; least likely: '}
        {least.map((at, i) => (
          <span key={at}>
            {i > 0 && ', '}“<Pieces text={texts[at]!.trim()} />” {shareWords(nats[at]!)}
          </span>
        ))}
      </p>
    </div>
  );
}
