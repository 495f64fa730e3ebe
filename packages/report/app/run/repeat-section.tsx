/** @jsxImportSource preact */
import type { RepeatFacts } from '../../src/run-page/repeat-facts.ts';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';

/** What was run, and how to repeat it. */
export function RepeatSection({ facts: { command, facts, config } }: { readonly facts: RepeatFacts }) {
  return (
    <Section id="manifest" title="What was run, and how to repeat it">
      <pre class="command">
        <Pieces text={command} />
      </pre>
      <details>
        <summary>
          <b>Data, models, algorithms and versions</b>
        </summary>
        <dl class="repeat">
          {facts.map(({ name, text, code, lines = [] }, i) => (
            <div key={i}>
              <dt>{name}</dt>
              <dd>
                <Name text={text} />{' '}
                {code !== undefined && (
                  <code>
                    <Pieces text={code} />
                  </code>
                )}
                {lines.map((line) => (
                  <small key={line}>
                    <Pieces text={line} />
                  </small>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <details>
        <summary>
          <b>The configuration as read</b>
        </summary>
        <pre>
          <Pieces text={config} />
        </pre>
      </details>
    </Section>
  );
}
