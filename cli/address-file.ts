import { join } from 'node:path';

/** Where a running Casefold tells others on the machine how to reach it. */
export const addressFile = (dataFolder: string) => join(dataFolder, 'address');
