/** The Postgres schema that holds one generation of a projection's tables. */
export const generationSchema = (name: string, generation: number) =>
  `${name.replaceAll('-', '_')}_g${generation}`;
