import { createGenerator, hashSeed } from '@assay/metrics';
import { chosenLabelCells } from './chosen-label-cells.ts';

/**
 * `npm run simulate:chosen-labels [WORD]`: why choosing samples while labelling is not offered. Coverage of each cell in 5,000
 * runs, and its width as a multiple of that of as many labels drawn at random; half an hour of CPU. Prints a table in Markdown.
 */
function main([only = '']: readonly string[]): void {
  console.log('| judge | labels | coverage % | width ÷ labels at random |\n|---|---|---|---|');
  for (const { group, shape, size, most, once } of chosenLabelCells()) {
    if (!`${group} ${shape}`.includes(only)) continue;
    const random = createGenerator(hashSeed('simulate', group, shape, size));
    let [good, width] = [0, 0];
    for (let run = 0; run < most!; run++) {
      const outcome = once!(random);
      if (outcome.good === true) good += 1;
      width += outcome.width!;
    }
    const until = group.includes('twice') ? `until ${size} twice` : size;
    console.log(`| ${shape} | ${until} | ${((100 * good) / most!).toFixed(1)} | ${(width / most!).toFixed(2)} |`);
  }
}

main(process.argv.slice(2));
