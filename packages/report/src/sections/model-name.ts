import { type Html, html } from '../page/html.ts';

/** A model's name with the mark that stands for it in every chart of the page. */
export function modelName(name: string, model: number): Html {
  return html`<span class="model"><i class="mark mark-${model % 6} shape-${model % 4}" aria-hidden="true"></i><bdi>${name}</bdi></span>`;
}

/** The mark alone, for narrow screens, where a column has no head to name its model. */
export function narrowMark(model: number): Html {
  return html`<i class="narrow-only mark mark-${model % 6} shape-${model % 4}" aria-hidden="true"></i>`;
}
