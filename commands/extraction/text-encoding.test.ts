import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { read } from './testing/read.ts';

const samples: [string, string][] = [
  [
    'windows-1252',
    'Der “Käufer” zahlt 500 € für die Übergabe; § 433 gilt, naïve Rückgabe ausgeschlossen – größtenteils.',
  ],
  [
    'iso-8859-1',
    'Le vendeur déclare être propriétaire du véhicule cédé. Le paiement était dû à l’échéance prévue.'.replace(
      '’',
      "'",
    ),
  ],
  [
    'koi8-r',
    'Настоящий договор вступает в силу с момента его подписания сторонами и действует до полного исполнения.',
  ],
  [
    'windows-1251',
    'Настоящий договор вступает в силу с момента его подписания сторонами и действует до полного исполнения.',
  ],
  [
    'shift_jis',
    '本契約は、署名の日から効力を生じ、両当事者の義務が完全に履行されるまで有効とする。甲は乙に代金を支払う。',
  ],
  [
    'euc-jp',
    '本契約は、署名の日から効力を生じ、両当事者の義務が完全に履行されるまで有効とする。甲は乙に代金を支払う。',
  ],
  ['utf-16le', 'The seller sells, the buyer buys.'],
  ['utf-16be', 'The seller sells, the buyer buys.'],
  ['utf-8', 'Ünïcödé – 契約 – договор'],
];

describe('plain text in any encoding', () => {
  it.each(samples)('reads %s without a mark', async (encoding, text) => {
    expect((await read(iconv.encode(text, encoding), 'a.txt')).text).toBe(text);
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
    'reads %s with a mark',
    async (encoding) => {
      const bytes = iconv.encode('Größe: 契約\r\n', encoding, { addBOM: true });
      expect((await read(bytes, 'a.txt')).text).toBe('Größe: 契約\n');
    },
  );

  it('says so when it judged the encoding by the bytes', async () => {
    const { warnings } = await read(
      iconv.encode('Rückgabe größtenteils ausgeschlossen', 'windows-1252'),
      'a.txt',
    );
    expect(warnings.join()).toMatch(/encoding is not declared/);
  });

  it('reads UTF-8 that was cut off within a letter', async () => {
    const bytes = new TextEncoder().encode('größere Häuser für Bücher und Äpfel, Öl').subarray(0, -1);
    expect((await read(new Uint8Array([...bytes, 0xc3]), 'a.txt')).text).toMatch(/^größere Häuser/);
  });

  it('refuses bytes that are no text', async () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256);
    await expect(read(noise, 'a.txt')).rejects.toMatchObject({ reason: 'unsupported' });
    await expect(
      read(
        noise.map((byte) => byte & 31),
        'a.txt',
      ),
    ).rejects.toMatchObject({ reason: 'unsupported' });
  });
});
