import { expect, test } from 'vitest';
import { detectDelimiter } from './csv-delimiter.ts';

test.each([
  ['question,answer\na,b\n', ','],
  ['Frage;Antwort\nWer, wo, was?;x\n', ';'],
  ['q\ta\nx\ty\n', '\t'],
  ['q|a\nx|y\n', '|'],
  ['question\nOne; two, three\n', ','],
  ['question, with a comma;answer\na;b\nc;d\n', ';'],
  ['"a;b;c",d\n"x",y\n', ','],
  ['q,a\n"one ""two;"" three\nfour",b\nc,d\n', ','],
  ['', ','],
])('%j is split at %j', (head, delimiter) => expect(detectDelimiter(head, ',')).toBe(delimiter));

test('a file that ends in .tsv is split at tabs where both would do', () => {
  expect(detectDelimiter('a,b\tc,d\n1,2\t3,4\n', '\t')).toBe('\t');
  expect(detectDelimiter('a;b\n1;2\n', '\t')).toBe(';');
});
