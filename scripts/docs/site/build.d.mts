export declare function buildSite(
  root: string,
  into: string,
): Promise<{
  readonly pages: readonly string[];
  readonly search: (text: string) => { readonly id: string; readonly title: string; readonly page: string }[];
}>;
