import type { CaseCommand } from '#domain/case/commands';
import { caseDecider, caseStream, requireOpen } from '#domain/case/decider';
import { documentDecider, documentStream } from '#domain/document/decider';
import type { EventStore } from '#platform/event-store';
import { type CommandContext, foldStream, handleCommand } from '#platform/handle-command';
import { documentIdOf } from '#platform/ids';

export type UploadedFile = {
  readonly caseId: string;
  /** Safe to show and to store. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  readonly custodian?: string;
  readonly claimedDate?: string;
  readonly parentDocumentId?: string;
};

export type UploadOutcome = {
  readonly documentId: string;
  readonly position: bigint;
  /** True when the case held these bytes before this command. */
  readonly duplicate: boolean;
};

/**
 * Puts a file, whose bytes are in the blob store already, into its case.
 *
 * @param options.unlessWithdrawn leaves a document alone that a person withdrew; otherwise the upload brings it back
 */
export async function uploadDocument(
  store: EventStore,
  file: UploadedFile,
  context: CommandContext,
  options: { readonly unlessWithdrawn?: boolean } = {},
): Promise<UploadOutcome> {
  const documentId = documentIdOf(file.caseId, file.sha256);
  const { position, written, repeated } = await handleCommand(
    store,
    documentDecider,
    documentStream(documentId),
    { type: 'UploadDocument', documentId, ...file, ...options },
    { ...context, caseId: file.caseId },
  );
  return { documentId, position, duplicate: written === 0 && !repeated };
}

/** @throws {RuleViolation} `not-found` unless the case was opened */
export async function requireCase(store: EventStore, caseId: string): Promise<void> {
  requireOpen(
    await foldStream<Parameters<typeof requireOpen>[0], never>(store, caseDecider, caseStream(caseId)),
    caseId,
  );
}

export const handleCaseCommand = (store: EventStore, command: CaseCommand, context: CommandContext) =>
  handleCommand(store, caseDecider, caseStream(command.caseId), command, {
    ...context,
    caseId: command.caseId,
  });
