/** `npm run build`: builds the web and marks the build with what it was made from, so that a start need not do it again. */
import { buildWeb } from './web-build.ts';

await buildWeb();
