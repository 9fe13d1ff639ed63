/**
 * The streams that events of one thing are in. The write side names them beside its deciders, which projections do not
 * know; a test holds the two together.
 */
export const documentStream = (documentId: string) => `document-${documentId}`;
export const caseStream = (caseId: string) => `case-${caseId}`;
export const questionStream = (questionId: string) => `question-${questionId}`;
export const notificationStream = (notificationId: string) => `notification-${notificationId}`;
export const reportStream = (reportId: string) => `report-${reportId}`;
