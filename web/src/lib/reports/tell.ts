import { toast } from 'svelte-sonner';
import type { LiveConnection } from '#lib/live/connection.svelte.ts';
import { goto } from '$app/navigation';
import { reportNews } from './news.ts';

/**
 * Tells whoever watches a case how a report of it ended, with a way to it.
 *
 * @returns ends it
 */
export const tellReportEnds = (live: LiveConnection): (() => void) =>
  live.listen((message) => {
    const news = reportNews(message);
    if (!news) return;
    const { tone, title, description, label, path } = news;
    toast[tone](title, {
      ...(description && { description }),
      action: { label, onClick: () => void goto(path) },
    });
  });
