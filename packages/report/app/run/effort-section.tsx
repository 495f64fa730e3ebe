/** @jsxImportSource preact */
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount, formatMilliseconds } from '../../src/wording/format-number.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { AxisTicks, Whisker } from '../marks/whisker.tsx';
import { Message, Name } from '../marks/words.tsx';

/** Time, tokens and cost by model. */
export function EffortSection({ page }: { readonly page: RunPage }) {
  const { models, note } = page.effort;
  const times = models.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs.p50, latencyMs.p95]));
  const top = Math.max(...times, 0);
  const axis = { scale: niceScale([0, top || 1], [0, Infinity], true), isTurned: false };
  const marks = marksOf(page.models);
  return (
    <Section
      id="effort"
      title="Time, tokens and cost"
      finding={
        times.length === 0 ? 'No answer was timed.' : 'From the median to the 95th percentile of an answer’s time.'
      }
    >
      <table class="plain effort">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="lat">
              {times.length > 0 && <AxisTicks axis={axis} format={(ms) => formatMilliseconds(ms)} most={3} />}
              <span class="vh">Time of an answer</span>
            </th>
            <th scope="col" class="num">
              Median
            </th>
            <th scope="col" class="num opt">
              95th
            </th>
            <th scope="col" class="num opt">
              Tokens in
            </th>
            <th scope="col" class="num opt">
              out
            </th>
            <th scope="col" class="num opt">
              out a second
            </th>
            <th scope="col" class="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ latencyMs, promptTokens, newTokens, tokensPerSecond, cost }, model) => (
            <tr key={model}>
              <th scope="row" class="who">
                <ModelMark mark={marks[model]!} />
                <Name text={page.models[model]!.name} />
              </th>
              <td class="lat">
                {latencyMs !== null && (
                  <Whisker
                    axis={axis}
                    mark={marks[model]!}
                    value={latencyMs.p50}
                    interval={[latencyMs.p50, latencyMs.p95]}
                    ticks={3}
                  />
                )}
              </td>
              <td class="num">{latencyMs === null ? '–' : formatMilliseconds(latencyMs.p50)}</td>
              <td class="num opt">{latencyMs === null ? '–' : formatMilliseconds(latencyMs.p95)}</td>
              <td class="num opt">{formatCount(promptTokens)}</td>
              <td class="num opt">{formatCount(newTokens)}</td>
              <td class="num opt">{tokensPerSecond === null ? '–' : tokensPerSecond.toFixed(1)}</td>
              <td class="num cost">{cost}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        <Message text={note} />
      </p>
    </Section>
  );
}
