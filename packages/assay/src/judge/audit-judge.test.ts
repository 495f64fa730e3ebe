import { ALGORITHMS, instantiateAlgorithm, type RunView, type SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { auditJudges } from './audit-judge.ts';
import { auditMarkdown } from './audit-markdown.ts';

type Said = readonly [word: string, sureness: number, replies?: readonly string[]];

/** A run of one algorithm: what each judge said of each sample, and what people said. */
function runOf(
  options: object,
  samples: readonly {
    said: Readonly<Record<string, Said>>;
    label?: number;
    output?: string;
    model?: string;
    sample?: string;
  }[],
): RunView {
  const algorithm = ALGORITHMS.get('llm_judge')!;
  const parsed = algorithm.options.parse({ judge: 'a', ...options });
  const { signature } = instantiateAlgorithm('judge', algorithm, parsed);
  const score = (word: string) => (word === 'correct' ? 1 : 0);
  const rows = samples.map(
    ({ said, label, output = 'x', model = 'm', sample }, index): Partial<SampleRow> => ({
      model,
      index,
      digest: sample ?? `s${index}`,
      output,
      remarks: {
        judge: Object.entries(said).map(([by, [holds, sureness, replies = [holds, holds]]]) => {
          return { by, holds, said: replies, sureness, score: score(holds) };
        }),
      },
      statistics: {
        judge: { judged: { id: sample ?? `s${index}`, score: 1, ...(label === undefined ? {} : { label }) } },
      },
    }),
  );
  return {
    manifest: { algorithms: [{ name: 'judge', signature, algorithm: 'llm_judge', options: parsed }] },
    summary: {
      run: 'r',
      models: [
        { name: 'm', runner: 'x' },
        { name: 'a', runner: 'x' },
      ],
    },
    rows: (async function* () {
      yield* rows;
    })(),
  } as unknown as RunView;
}

test('agreement, kindness, position and the verdict, by hand', async () => {
  const kind: Said = ['correct', 0.9, ['correct', 'incorrect']];
  const run = runOf({}, [
    { said: { a: ['correct', 0.9] }, label: 1 },
    { said: { a: ['incorrect', 0.8] }, label: 0 },
    { said: { a: kind }, label: 0 },
    { said: { a: kind } },
  ]);
  const [found] = (await auditJudges(run)).judges;
  expect(found).toMatchObject({
    algorithm: 'judge',
    judge: 'a',
    samples: 4,
    labelled: 3,
    selfPreference: null,
    unstable: null,
  });
  expect(found!.agreement!.value).toBeCloseTo(2 / 3, 12);
  expect(found!.bias!.value).toBeCloseTo(1 / 3, 12);
  expect(found!.flipped!.value).toBe(0.5);
  // Two samples pick each word once, two the word that stood first both times.
  expect(found!.first!.value).toBe(0.75);
});

test('a judge that likes length more than people do is found out', async () => {
  const samples = Array.from({ length: 40 }, (_, at) => ({
    said: { a: [at % 2 === 0 ? 'correct' : 'incorrect', 0.9] as Said },
    label: Number(at % 5 === 0),
    output: 'word '.repeat(at % 2 === 0 ? 40 : 3),
  }));
  const [found] = (await auditJudges(runOf({}, samples))).judges;
  expect(found!.length!.value).toBeGreaterThan(0.5);
  expect(found!.length!.interval[0]).toBeGreaterThan(0);
  expect(found!.selfPreference).toBeNull();
});

test('outputs of several models to one question are no more evidence than one', async () => {
  const said = (at: number): Said => [at % 3 === 0 ? 'incorrect' : 'correct', 0.9];
  const alone = Array.from({ length: 30 }, (_, at) => ({ said: { a: said(at) }, label: 1, sample: `s${at}` }));
  const thrice = ['m', 'n', 'o'].flatMap((model) => alone.map((row) => ({ ...row, model })));
  const width = async (rows: typeof alone) => {
    const [low, high] = (await auditJudges(runOf({}, rows))).judges[0]!.bias!.interval;
    return high - low;
  };
  expect(await width(thrice)).toBeGreaterThan(0.9 * (await width(alone)));
});

test('a jury gets weights by agreement, and a cascade thresholds that its labels show', async () => {
  const samples = Array.from({ length: 300 }, (_, at) => {
    const label = at % 2;
    const word = (right: boolean) => ((label === 1) === right ? 'correct' : 'incorrect');
    const isHard = at % 3 === 0;
    return {
      said: {
        cheap: [word(!isHard || at % 2 === 0), isHard ? 0.6 : 0.95] as Said,
        strong: [word(at % 50 !== 0), 0.9] as Said,
      },
      label,
    };
  });
  const options = { judge: ['cheap', 'strong'] };
  const found = await auditJudges(runOf(options, samples), { agreement: 0.9, risk: 0.1 });
  const [panel] = found.panels;
  expect(panel!.judges).toEqual(['cheap', 'strong']);
  expect(panel!.weights![1]).toBeGreaterThan(panel!.weights![0]!);
  expect(panel!.cascade[0]!.sureFrom).toBeGreaterThan(0.6);
  expect(panel!.cascade[0]!.sureFrom).toBeLessThanOrEqual(0.95);
  // The strong judge is tried on the hundred that the cheap one passes on.
  expect(panel!.cascade[1]!.trusted).toBe(100);
  expect(found.pairs[0]!.alike!.n).toBe(300);
  const page = auditMarkdown(found);
  expect(page).toMatch(/`sure_from: \[0\.\d+, 0\.\d+\]`/);
  expect(page).toContain('`judge · strong`');
});

test('without labels it says so, and names break no table', async () => {
  const page = auditMarkdown(await auditJudges(runOf({ judge: 'b`|' }, [{ said: { 'b`|': ['correct', 1] } }])));
  expect(page).toContain('Without labels nobody knows how right it is');
  expect(page).toContain('## `judge · b  `');
  expect(page).not.toContain('| agreement');
});

test('repeats that differ are counted', async () => {
  const run = runOf({ repeats: 2, swap: false }, [
    { said: { a: ['correct', 0.5, ['correct', 'incorrect']] } },
    { said: { a: ['correct', 1, ['correct', 'correct']] } },
  ]);
  const [found] = (await auditJudges(run)).judges;
  expect([found!.unstable!.value, found!.first, found!.flipped]).toEqual([0.5, null, null]);
});

test('a run without a judge, or a name that is none of its judges, is refused', async () => {
  const run = runOf({}, [{ said: { a: ['correct', 1] } }]);
  await expect(auditJudges(run, { algorithm: 'other' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('two answers to one question are held apart where judges are held against one another', async () => {
  const samples = [
    { said: { a: ['correct', 1] as Said, b: ['correct', 1] as Said }, sample: 's' },
    { said: { a: ['incorrect', 1] as Said, b: ['incorrect', 1] as Said }, sample: 's' },
  ];
  const [pair] = (await auditJudges(runOf({ judge: ['a', 'b'] }, samples))).pairs;
  expect(pair!.alike!.value).toBe(1);
});
