import { type UploadAnswer, uploadAnswerSchema } from '#commands/contract';
import { problemFrom, unreachable } from '#lib/api/problem.ts';
import { notePosition, parse } from '#lib/api/request.ts';

const path = '/api/upload';

/**
 * Sends one file. `XMLHttpRequest`, because `fetch` does not tell how many bytes have left.
 *
 * @param sent called with the bytes sent so far, of the whole request
 * @throws {ProblemError} when refused or unreachable
 */
export function sendFile(
  caseId: string,
  file: File,
  sent: (bytes: number, total: number) => void,
): Promise<UploadAnswer> {
  const body = new FormData();
  // The server streams: it must know the case before the first byte of a file.
  body.append('caseId', caseId);
  body.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.upload.onprogress = ({ loaded, total }) => sent(loaded, total);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      if (request.status < 200 || request.status > 299) {
        reject(problemFrom(request.status, request.responseText));
        return;
      }
      try {
        const answer = parse(path, uploadAnswerSchema, JSON.parse(request.responseText));
        notePosition(answer);
        resolve(answer);
      } catch (error) {
        reject(error);
      }
    };
    request.send(body);
  });
}
