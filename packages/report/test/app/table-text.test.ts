import { expect, test } from 'vitest';
import { csvOf, markdownOf } from '../../app/copy/table-text.ts';

test('Markdown escapes what would end a cell or begin markup', () => {
  expect(markdownOf([[['a|b', '*c*'], ['<img>']]])).toBe('| a\\|b | \\*c\\* |\n| --- | --- |\n| \\<img\\> |  |');
});

test('CSV has plain figures, quotes what needs it, and no formulas', () => {
  expect(csvOf([[['−0.25', '+0.1', '12\u202f345', '=1+1', '@x', 'a "b", c', '−']]])).toBe(
    '-0.25,0.1,12345,\'=1+1,\'@x,"a ""b"", c",−',
  );
});
