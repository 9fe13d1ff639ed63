import { toast } from 'svelte-sonner';
import type { Notification } from '#read-api/contract';
import { goto } from '$app/navigation';
import { page } from '$app/state';

/** What matters most stays until it is closed. */
const durations = { low: 6000, normal: 10_000, high: Number.POSITIVE_INFINITY };

/** Shows a notification over the page, unless the page is what it leads to, or tells of the reports of its case itself. */
export function tellByToast({ title, body, urgency, link, caseId }: Notification): void {
  if (link && link === page.url.pathname + page.url.search) return;
  if (link?.includes('/reports?') && caseId === page.data.caseView?.caseId) return;
  const show = urgency === 'high' ? toast.warning : toast.info;
  show(title, {
    description: body,
    duration: durations[urgency],
    ...(link && { action: { label: 'Look', onClick: () => void goto(link) } }),
  });
}
