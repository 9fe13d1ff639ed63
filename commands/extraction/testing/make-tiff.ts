import type { Canvas } from '@napi-rs/canvas';

/** An uncompressed greyscale TIFF, one page for each canvas, the directories at the end. */
export function makeTiff(canvases: Canvas[]): Buffer {
  const header = Buffer.from('49492a0000000000', 'hex');
  const parts: Buffer[] = [header];
  let length = header.length;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  const offsets = canvases.map((canvas) => {
    const rgba = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const offset = length;
    add(Buffer.from(Uint8Array.from({ length: rgba.length / 4 }, (_, index) => rgba[index * 4] ?? 0)));
    return offset;
  });
  header.writeUInt32LE(length, 4);
  canvases.forEach(({ width, height }, index) => {
    const fields = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, offsets[index] ?? 0],
      [277, 1],
      [278, height],
      [279, width * height],
    ];
    const directory = Buffer.alloc(2 + fields.length * 12 + 4);
    directory.writeUInt16LE(fields.length, 0);
    fields.forEach(([tag = 0, value = 0], row) => {
      directory.writeUInt16LE(tag, 2 + row * 12);
      directory.writeUInt16LE(4, 4 + row * 12);
      directory.writeUInt32LE(1, 6 + row * 12);
      directory.writeUInt32LE(value, 10 + row * 12);
    });
    if (index < canvases.length - 1) directory.writeUInt32LE(length + directory.length, directory.length - 4);
    add(directory);
  });
  return Buffer.concat(parts);
}
