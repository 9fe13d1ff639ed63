/** Questions that most cases of contracts and reports can answer. */
const general = [
  'Who are the parties to the agreement?',
  'When does the agreement end?',
  'Which law governs the agreement?',
];

/**
 * Questions to begin with.
 *
 * @param topics of the case's documents, the most frequent first
 */
export const suggestionsFor = (topics: readonly string[]): readonly string[] => [
  ...topics.slice(0, 3).map((topic) => `What do the documents say about ${topic}?`),
  ...general,
];
