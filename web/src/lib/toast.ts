import { toast } from 'svelte-sonner';
import { describeError } from '#lib/api/problem.ts';

/** Tells a person what failed, in the words of the problem document. */
export function toastError(error: unknown): void {
  const { message, detail } = describeError(error);
  toast.error(message, detail ? { description: detail } : {});
}

/** Runs an action of a person; a refusal becomes a toast. Answers whether it went through. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}
