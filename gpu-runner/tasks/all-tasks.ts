import type { AnyTask } from './serve-tasks.ts';

/** Every task that is asked for over the bus. */
export const createTasks = (): readonly AnyTask[] => [];
