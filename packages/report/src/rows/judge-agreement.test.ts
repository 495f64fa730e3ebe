import { expect, test } from 'vitest';
import { AgreementCounter } from './judge-agreement.ts';

const said = (by: string, holds: string, replies = [holds]) => ({ by, holds, said: replies, sureness: 0.8, score: 1 });

test('judges of the same are compared; Cohen’s kappa is that of the table of their labels', () => {
  const counter = new AgreementCounter();
  // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreement 0.7, kappa 0.4 (the textbook's table).
  const table = [
    ['yes', 'yes', 20],
    ['yes', 'no', 5],
    ['no', 'yes', 10],
    ['no', 'no', 15],
  ] as const;
  for (const [a, b, times] of table)
    for (let i = 0; i < times; i++)
      counter.add({ remarks: { judge: i % 2 === 0 ? [said('A', a), said('B', b)] : [said('B', b), said('A', a)] } });
  const { judges, pairs } = counter.finish()!;
  expect(judges.map(({ name, n }) => [name, n])).toEqual([
    ['A', 50],
    ['B', 50],
  ]);
  expect(pairs).toEqual([{ a: 0, b: 1, n: 50, same: 35, kappa: expect.closeTo(0.4, 12) }]);
});

test('judges of different rows of a rubric are not compared, and one that changes its mind is told', () => {
  const counter = new AgreementCounter();
  counter.add({
    remarks: {
      judge: [
        { ...said('A', 'yes', ['yes', 'no']), about: 'x' },
        { ...said('B', 'yes'), about: 'y' },
      ],
    },
  });
  const { judges, pairs } = counter.finish()!;
  expect(judges[0]).toMatchObject({ n: 1, wavered: 1 });
  expect(pairs).toEqual([]);
  expect(new AgreementCounter().finish()).toBeNull();
});

test('two judges that always say the same word have no kappa', () => {
  const counter = new AgreementCounter();
  counter.add({ remarks: { judge: [said('A', 'yes'), said('B', 'yes')] } });
  expect(counter.finish()!.pairs[0]).toMatchObject({ same: 1, kappa: null });
});
