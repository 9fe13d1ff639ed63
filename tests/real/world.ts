import type { World } from '../crash/world.ts';
import { digestsOf } from '../support/digests.ts';
import { until } from '../support/until.ts';
import { type Deployment, deployedRoles } from './deployment.ts';
import { serverNames } from './servers.ts';

/** Casefold on real servers, a process for each role: every role and every server can be killed. */
export function worldOf(deployment: Deployment): World {
  const { servers, stores, blobs } = deployment;
  return {
    victims: [...deployedRoles, ...serverNames],
    async kill(victim) {
      const role = deployedRoles.find((each) => each === victim);
      const server = serverNames.find((each) => each === victim);
      if (role) {
        await deployment.role(role).kill();
        await deployment.restart(role);
      } else if (server) {
        await servers[server].kill();
        await servers[server].start();
      } else throw new Error(`There is nothing called ${victim}.`);
    },
    writer: deployment.client('commands'),
    reader: deployment.client('read-api'),
    logUrl: () => deployment.settings.EVENTSTORE_URL ?? '',
    blobs,
    positions: deployment.positions,
    // A pool notices that its server was away when it is asked the next time.
    digests: () => until('the stores can be read', () => digestsOf(stores)),
  };
}
