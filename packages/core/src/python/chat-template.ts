import type { BoundedTemplate } from './bounded-jinja.ts';

/** A model's chat template, held to a limit of steps; Jinja is loaded only here. @throws Error for a text that is no template */
export async function compileChatTemplate(text: string): Promise<Pick<BoundedTemplate, 'render'>> {
  const { BoundedTemplate: Template } = await import('./bounded-jinja.ts');
  return new Template(text);
}
