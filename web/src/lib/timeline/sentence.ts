/** A sentence about an event; `document` stands where its name, as a link, belongs. */
export type Words = {
  readonly before: string;
  readonly document?: string;
  readonly after?: string;
  readonly note?: string;
};
