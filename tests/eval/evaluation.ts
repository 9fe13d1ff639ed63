/** A line of the table: how well something is done, and by whom; a peer or an earlier way stands in a line beside it. */
export type Figures = {
  readonly what: string;
  readonly by: string;
  /** By the name of the measure. */
  readonly figures: Readonly<Record<string, string>>;
};

/**
 * Measures one thing on labelled data.
 *
 * @param data the folder that holds a folder for each collection
 */
export type Evaluation = (data: string) => Promise<readonly Figures[]>;

/** A share or score in [0, 1]: what is beyond three digits is chance. */
export const figure = (value: number): string => value.toFixed(3);
