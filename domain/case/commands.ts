export type OpenCase = { readonly type: 'OpenCase'; readonly caseId: string; readonly name: string };
export type RenameCase = { readonly type: 'RenameCase'; readonly caseId: string; readonly name: string };
/** Says that entities of the case are one: they are shown as `into`. */
export type MergeEntities = {
  readonly type: 'MergeEntities';
  readonly caseId: string;
  readonly into: string;
  readonly entityIds: readonly string[];
};
/** Takes an entity out of the one it was merged into. */
export type SplitEntity = {
  readonly type: 'SplitEntity';
  readonly caseId: string;
  readonly entityId: string;
};
export type CaseCommand = OpenCase | RenameCase | MergeEntities | SplitEntity;
