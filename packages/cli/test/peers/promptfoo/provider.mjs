/** What promptfoo's documentation calls a custom provider. */
export default class Shouting {
  constructor(options) {
    this.options = options;
  }

  id() {
    return 'shouting';
  }

  async callApi(prompt) {
    if (prompt.includes('json')) return { output: { said: prompt } };
    return { output: prompt.toUpperCase() + this.options.config.suffix, tokenUsage: { prompt: 3, completion: 4 } };
  }
}
