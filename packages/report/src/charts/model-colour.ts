/** Number of distinct model colours in page.css (`--model-0` …); further models take them again with other shapes. */
const COLOURS = 6;

/** The CSS colour of the run's nth model, from 0. */
export function modelColour(model: number): string {
  return `var(--model-${model % COLOURS})`;
}
