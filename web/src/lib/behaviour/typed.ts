import type { Attachment } from 'svelte/attachments';
import { recordBehaviour } from './recorder.ts';

/** Whoever has typed nothing more for this long has stopped. */
const stoppedMs = 5000;

type Box = { readonly caseId: string /** Which box: `search`, `question`. */; readonly subject: string };

/**
 * Notices that a person typed into a box and stopped without sending it: a sign of somebody who looks for words. How long
 * the text was is recorded, never the text: it was not sent to anybody.
 */
export const typedAndStopped =
  (box: Box): Attachment<HTMLInputElement | HTMLTextAreaElement> =>
  (field) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let typed = false;

    function stopped(): void {
      clearTimeout(timer);
      const characters = field.value.trim().length;
      if (typed && characters > 0) recordBehaviour({ action: 'typed', ...box, characters });
      typed = false;
    }
    function input(): void {
      typed = true;
      clearTimeout(timer);
      timer = setTimeout(stopped, stoppedMs);
    }
    function sent(): void {
      typed = false;
      clearTimeout(timer);
    }
    const { form } = field;
    field.addEventListener('input', input);
    field.addEventListener('blur', stopped);
    form?.addEventListener('submit', sent, { capture: true });
    return () => {
      field.removeEventListener('input', input);
      field.removeEventListener('blur', stopped);
      form?.removeEventListener('submit', sent, { capture: true });
      clearTimeout(timer);
    };
  };
