/** What is being downloaded is no longer what it was: what is on disk of it cannot be continued. */
export class ContentChanged extends Error {
  constructor() {
    super('the file changed while it was read');
    this.name = 'ContentChanged';
  }
}
