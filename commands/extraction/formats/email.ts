import PostalMime, { type Address, type Email, type Attachment as MimePart } from 'postal-mime';
import { closeSections, layOut } from '../blocks.ts';
import { cleanLine, cleanText, cleanTitle } from '../clean-text.ts';
import type { Attachment, Draft, EmailHeaders } from '../extracted-document.ts';
import { ExtractionError, messageOf } from '../extraction-error.ts';
import { packageVersion } from '../package-version.ts';
import type { ReadingContext } from '../reading-context.ts';
import { safeFileName } from '../safe-file-name.ts';
import { htmlBlocks } from './html-blocks.ts';

/** Inline pictures below this are logos, rules and tracking dots. */
const tinyPictureBytes = 10_000;
const signatureTypes = /^application\/(?:pgp-signature|(?:x-)?pkcs7-signature)$/;
const quotedMessage =
  /^[ \t>]*-{2,}[ \t]*((?:Original Message|Forwarded (?:by|message)|Begin forwarded message)[^\n]*?)[ \t]*-*$/gim;

/**
 * A mail message (RFC 5322, MIME): its main headers in readable form, then its body, plain text before HTML. Attached
 * files and messages come back as attachments, to become documents of their own.
 */
export async function readEmail(bytes: Uint8Array, context: ReadingContext): Promise<Draft> {
  const mail = await PostalMime.parse(withoutEnvelopeLine(bytes), { forceRfc822Attachments: true }).catch(
    (error: unknown) => {
      throw new ExtractionError(
        'truncated-or-damaged',
        `The message cannot be read (${messageOf(error)}). Export it again from the mail program, as EML.`,
        { cause: error },
      );
    },
  );
  const warnings: string[] = [];
  const email = headersOf(mail);
  const head = readableHead(email);
  const body = cleanText(bodyOf(mail)).replace(/^\n+/, '').trimEnd();
  const text = [head, body].filter((part) => part !== '').join('\n\n');
  const sentAt = new Date(mail.date ?? Number.NaN);
  return {
    mediaType: 'message/rfc822',
    text,
    ...(email.subject === undefined ? {} : { title: email.subject }),
    ...(Number.isNaN(sentAt.getTime()) ? {} : { claimedDate: sentAt.toISOString() }),
    email,
    pages: [],
    sections: closeSections([...quotedMessages(text)], text.length),
    attachments: attachmentsOf(mail, warnings, context),
    extractor: packageVersion('postal-mime'),
    warnings,
  };
}

/** An mbox `From ` line before the headers is no header, and would end them for a strict reader. */
function withoutEnvelopeLine(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1000)).toString('latin1');
  return bytes.subarray(/^(?:\s*\n)?(?:>?From [^\n]*\n)?/.exec(head)?.[0].length ?? 0);
}

function headersOf(mail: Email): EmailHeaders {
  const optional = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> => {
    const line = cleanLine(value ?? '');
    return line === '' ? {} : ({ [key]: line } as Partial<Record<K, string>>);
  };
  return {
    ...optional('from', mail.from ? addressText(mail.from) : undefined),
    to: (mail.to ?? []).map(addressText),
    cc: (mail.cc ?? []).map(addressText),
    ...optional('subject', cleanTitle(mail.subject)),
    ...optional('date', mail.headers.find((header) => header.key.trim() === 'date')?.value),
    ...optional('messageId', mail.messageId),
    ...optional('inReplyTo', mail.inReplyTo),
    references: cleanLine(mail.references ?? '')
      .split(' ')
      .filter((id) => id !== ''),
  };
}

/** `Name <local@domain>`, or a group as `Name: member, member`. */
function addressText(address: Address): string {
  if (address.group) return cleanLine(`${address.name}: ${address.group.map(addressText).join(', ')}`);
  const { name, address: mailbox } = address;
  return cleanLine(
    name === '' || name === mailbox ? (mailbox ?? name) : mailbox ? `${name} <${mailbox}>` : name,
  );
}

const readableHead = ({ from, to, cc, date, subject }: EmailHeaders): string =>
  [
    ['From', from],
    ['To', to.join(', ')],
    ['Cc', cc.join(', ')],
    ['Date', date],
    ['Subject', subject],
  ]
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}: ${value}`]))
    .join('\n');

function bodyOf(mail: Email): string {
  if (mail.text !== undefined && mail.text.trim() !== '') return mail.text;
  return mail.html === undefined ? '' : layOut(htmlBlocks(mail.html).blocks).text;
}

function* quotedMessages(text: string): Generator<{ title: string; level: number; start: number }> {
  for (const match of text.matchAll(quotedMessage)) {
    yield { title: match[1] ?? 'Original Message', level: 1, start: match.index };
  }
}

function attachmentsOf(mail: Email, warnings: string[], { progress }: ReadingContext): Attachment[] {
  const attachments: Attachment[] = [];
  let pictures = 0;
  mail.attachments.forEach((part, index) => {
    const bytes = contentOf(part);
    const isPicture = part.mimeType.startsWith('image/');
    const isInline = part.related === true || part.disposition === 'inline';
    if (isPicture && isInline && bytes.length < tinyPictureBytes) pictures++;
    else if (bytes.length === 0)
      warnings.push(`Attachment ${index + 1} (${nameOf(part, index)}) is empty and was left out.`);
    else if (!signatureTypes.test(part.mimeType)) {
      attachments.push({ fileName: nameOf(part, index), mediaType: part.mimeType, bytes });
    }
    progress({ done: index + 1, total: mail.attachments.length, unit: 'attachment' });
  });
  if (pictures > 0) warnings.push(`Tiny inline pictures (${pictures}) were left out.`);
  return attachments;
}

const contentOf = ({ content }: MimePart): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);

function nameOf(part: MimePart, index: number): string {
  const extension = part.mimeType === 'message/rfc822' ? '.eml' : '';
  return safeFileName(part.filename, `attachment-${index + 1}${extension}`);
}
