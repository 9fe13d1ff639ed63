import type { Parking } from './parking.ts';
import type { ParkedEvents } from './postgres/parked-events.ts';

/** A read model's parked events among those of all. */
export const parkingIn = (events: ParkedEvents, projection: string): Parking => ({
  parked: (generation) => events.parkedOf(projection, generation),
  park: (generation, parked) => events.park(parked.map((each) => ({ ...each, projection, generation }))),
  async release(generation, stream, upTo) {
    await events.release(projection, generation, stream, upTo);
  },
});
