/** Opens the table of measured rubrics in benchmarks/proof/rubrics.md, and closes it. */
const MARKS = /(<!-- rubrics: [^>]*-->\n)([\s\S]*?)(\n<!-- \/rubrics -->)/;

/** The table in a page. @param {string} page */
export function tableIn(page) {
  const found = MARKS.exec(page);
  if (found === null) throw new Error('the page has no place for the rubrics');
  return found[2];
}

/** The page with another table. @param {string} page @param {string} table */
export function withTable(page, table) {
  tableIn(page);
  return page.replace(MARKS, (_, before, __, after) => `${before}${table}${after}`);
}

/**
 * How far a judge agrees with people on each rubric, in Markdown.
 * @param judges of `assay judge audit --format json`, one for each criterion
 * @param labels what people said of each answer, by criterion
 */
export function rubricTable(judges, labels) {
  return [
    '| criterion | agreement | always the commonest label | correlation | bias | order changes its mind | labels rise with its score |',
    '|---|---|---|---|---|---|---|',
    ...judges.map((judge) => row(judge, labels)),
  ].join('\n');
}

function row({ algorithm, agreement, correlation, bias, flipped, usefulness }, labels) {
  const verdict = { helps: 'yes', not_shown: 'not shown', contradicts: 'no: they fall' }[usefulness];
  const cells = [
    `\`${algorithm}\``,
    interval(agreement),
    share(commonest(algorithm, labels)),
    correlation === null ? 'none' : share(correlation.value),
    interval(bias),
    share(flipped.value),
    verdict,
  ];
  return `| ${cells.join(' | ')} |`;
}

function interval({ value, interval: [low, high] }) {
  return `${share(value)} (${share(low)} … ${share(high)})`;
}

function share(value) {
  return value.toFixed(2);
}

/** What saying one label always would agree on. */
function commonest(criterion, labels) {
  const counts = new Map();
  for (const { [criterion]: label } of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}
