/** Which generation of a projection's keys readers see, and the prefix of a generation's keys. */
export const generationPointer = (name: string) => `${name}:generation`;
export const generationPrefix = (name: string, generation: number) => `${name}:g${generation}:`;
