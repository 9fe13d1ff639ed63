import type { IncomingMessage } from 'node:http';
import type { CaseView, DocumentDetail } from '#read-api/contract';

declare global {
  namespace App {
    interface Error {
      status: number;
      message: string;
      /** What was wrong and how to mend it, for the person. */
      detail?: string;
    }
    interface PageData {
      caseView?: CaseView;
      document?: DocumentDetail;
    }
    interface Platform {
      req?: IncomingMessage;
    }
  }
}
