import type { TemplateLimits } from './template-limits.ts';

/** A template that is ready to be filled. */
interface ChatTemplate {
  /** @throws Error where the template refuses what it is given, or does not come to its end */
  render(items?: Readonly<Record<string, unknown>>): string;
}

/** A model's chat template, held to a limit of steps; Jinja is loaded only here. @throws Error for a text that is no template */
export async function compileChatTemplate(text: string, limits: TemplateLimits = {}): Promise<ChatTemplate> {
  const { BoundedTemplate: Template } = await import('./bounded-jinja.ts');
  return new Template(text, limits);
}
