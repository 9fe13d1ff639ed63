import FileIcon from '@lucide/svelte/icons/file';
import FileArchive from '@lucide/svelte/icons/file-archive';
import FileCode from '@lucide/svelte/icons/file-code';
import FileImage from '@lucide/svelte/icons/file-image';
import FileText from '@lucide/svelte/icons/file-text';
import FileType from '@lucide/svelte/icons/file-type';
import Mail from '@lucide/svelte/icons/mail';
import type { Component } from 'svelte';

type Kind = { label: string; icon: Component<{ class?: string; 'aria-hidden'?: 'true' }> };

const kinds: Readonly<Record<string, Kind>> = {
  'application/pdf': { label: 'PDF', icon: FileText },
  'text/plain': { label: 'Text', icon: FileText },
  'text/markdown': { label: 'Markdown', icon: FileType },
  'text/html': { label: 'Web page', icon: FileCode },
  'message/rfc822': { label: 'E-mail', icon: Mail },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    label: 'Word document',
    icon: FileType,
  },
  'application/zip': { label: 'Archive', icon: FileArchive },
  'application/octet-stream': { label: 'Unknown type', icon: FileIcon },
};

/** Name and icon of a media type; parameters such as a charset do not matter. */
export function mediaKind(mediaType: string): Kind {
  const bare = mediaType.split(';')[0]?.trim() ?? '';
  const known = kinds[bare];
  if (known) return known;
  const [group, subtype = ''] = bare.split('/');
  if (group === 'image')
    return { label: `Image (${subtype.replace(/\+.*/, '').toUpperCase()})`, icon: FileImage };
  return { label: bare || 'Unknown type', icon: FileIcon };
}

/** What the page can show as it is, beside the extracted text. */
export function originalView(mediaType: string): 'pdf' | 'image' | undefined {
  if (mediaType.startsWith('application/pdf')) return 'pdf';
  return /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)/.test(mediaType) ? 'image' : undefined;
}
