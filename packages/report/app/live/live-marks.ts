import type { LivePage } from '../../src/view-pages/live-page.ts';
import { type Mark, marksOf } from '../marks/model-mark.tsx';

/** The mark of each model, as the report has it. */
export function liveMarks({ models }: LivePage): Mark[] {
  return marksOf(models.map(({ name }) => ({ name, model: name, prompt: null })));
}
