import type { Parking } from './parking.ts';
import type { ParkedEvents } from './postgres/parked-events.ts';
import { unitName } from './unit-name.ts';

/** A read model's parked events among those of all. */
export const parkingIn = (events: ParkedEvents, projection: string): Parking => ({
  parked: (generation, stream) => events.parkedOf(projection, generation, stream),
  park: (generation, parked, by) =>
    events.park(
      parked.map((each) => ({ ...each, projection, generation })),
      by && { unit: unitName(projection, generation, by.partition), token: by.fence },
    ),
  async release(generation, stream, upTo) {
    await events.release(projection, generation, stream, upTo);
  },
  forget: (generation) => events.forget(projection, generation),
});
