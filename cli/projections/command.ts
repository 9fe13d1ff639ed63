import type { Command } from 'commander';
import { exitCodesHelp } from '../exit-codes.ts';
import { addParking } from './parking.ts';
import { addRebuilding } from './rebuilding.ts';
import { addSeeing } from './seeing.ts';
import { addSteering } from './steering.ts';

/** `casefold projections …` */
export function addProjectionsCommand(program: Command): void {
  const projections = program
    .command('projections')
    .description('see and steer the projections of a running Casefold')
    .addHelpText(
      'after',
      `
A rebuild fills a new generation from the log beside the live one, which readers go on with. When it is done it
writes a certificate, and readers are switched over in one step; "rollback" switches back.
${exitCodesHelp}`,
    );
  addSeeing(projections);
  addRebuilding(projections);
  addSteering(projections);
  addParking(projections);
}
