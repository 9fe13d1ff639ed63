import type { HandleClientError } from '@sveltejs/kit/hooks';
import { describeError } from '#lib/api/problem.ts';

export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return;
  const described = describeError(error);
  if (described.status === 500) console.error(error);
  return described;
};
