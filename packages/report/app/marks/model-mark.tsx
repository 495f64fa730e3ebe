/** @jsxImportSource preact */
import type { PageModel } from '../../src/run-page/run-page.ts';

const SHAPES = [
  'M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0Z',
  'M0-5.6 5.6 0 0 5.6-5.6 0Z',
  'M-4.4-4.4h8.8v8.8h-8.8Z',
  'M0-5.2 5.2 4.4h-10.4Z',
] as const;

/** The shape of a model, and whether it is hollow, as another prompt of it is. */
export interface Mark {
  readonly shape: number;
  readonly isHollow: boolean;
}

/** Of four models each has a shape of its own; the next four have them hollow, and so on: names stand beside them. */
export function marksOf(models: readonly PageModel[]): Mark[] {
  const names = [...new Set(models.map(({ model }) => model))];
  const prompts = [...new Set(models.map(({ prompt }) => prompt))];
  return models.map(({ model, prompt }) => {
    const at = names.indexOf(model);
    const isHollow = prompt === null ? Math.floor(at / SHAPES.length) % 2 === 1 : prompts.indexOf(prompt) % 2 === 1;
    return { shape: at % SHAPES.length, isHollow };
  });
}

/** The point of a whisker, at (0, 0) of where it stands. */
export function MarkPath({ mark }: { readonly mark: Mark }) {
  return <path class={mark.isHollow ? 'pt hollow' : 'pt'} d={SHAPES[mark.shape] ?? SHAPES[0]} />;
}

/** The mark that stands for a model beside its name. */
export function ModelMark({ mark }: { readonly mark: Mark }) {
  return (
    <svg class="mk" viewBox="-6.5 -6.5 13 13" aria-hidden="true">
      <MarkPath mark={mark} />
    </svg>
  );
}
