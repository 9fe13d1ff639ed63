/** What a Casefold process can do. On one machine one process does it all; a deployment runs one container for each. */
export const roles = ['commands', 'projections', 'read-api', 'gpu-runner', 'web'] as const;
export type Role = (typeof roles)[number];
