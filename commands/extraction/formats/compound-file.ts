import { ExtractionError } from '../extraction-error.ts';

/**
 * Refuses a Compound File Binary container (MS-CFB): the old Office formats, Outlook messages, and the wrapping of
 * password-protected new ones. Stream names in it are UTF-16LE, and their presence says which it is.
 */
export function refuseCompoundFile(bytes: Uint8Array): never {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const has = (stream: string) => file.includes(Buffer.from(stream, 'utf16le'));
  if (has('EncryptedPackage')) {
    throw new ExtractionError(
      'encrypted',
      'The Office document is protected by a password. Remove it in Word (File, Info, Protect) and upload the file again.',
    );
  }
  const [what, mend] = has('WordDocument')
    ? ['an old Word document (.doc)', 'Save it as DOCX or PDF and upload that.']
    : has('__substg1.0_')
      ? ['an Outlook message (.msg)', 'Save it as EML and upload that.']
      : ['an old Office file', 'Save it as DOCX or PDF and upload that.'];
  throw new ExtractionError('unsupported', `The file is ${what}, which cannot be read. ${mend}`);
}
