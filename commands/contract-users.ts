import { z } from 'zod';
import { tierSchema } from '#domain/user/events';

export const tierBodySchema = z.object({ tier: tierSchema });
