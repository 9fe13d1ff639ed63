import { recordBehaviour } from './recorder.ts';

/** Shorter looks are passing by. */
const shortestMs = 1000;

/**
 * Times how long a document is in sight: only while its page is the one shown. Each time it goes out of sight, what it
 * was in sight for is recorded.
 *
 * @returns a function that ends it
 */
export function dwellOn(of: { readonly caseId: string; readonly documentId: string }): () => void {
  let since = document.visibilityState === 'visible' ? performance.now() : undefined;

  function pause(): void {
    if (since === undefined) return;
    const milliseconds = Math.round(performance.now() - since);
    since = undefined;
    if (milliseconds >= shortestMs) recordBehaviour({ action: 'dwelled', ...of, milliseconds });
  }
  function follow(): void {
    if (document.visibilityState === 'hidden') pause();
    else since ??= performance.now();
  }
  // Capturing: before the recorder hands over what it has.
  document.addEventListener('visibilitychange', follow, { capture: true });
  window.addEventListener('pageshow', follow);
  window.addEventListener('pagehide', pause, { capture: true });
  return () => {
    pause();
    document.removeEventListener('visibilitychange', follow, { capture: true });
    window.removeEventListener('pageshow', follow);
    window.removeEventListener('pagehide', pause, { capture: true });
  };
}
