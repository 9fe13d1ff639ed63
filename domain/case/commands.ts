export type OpenCase = { readonly type: 'OpenCase'; readonly caseId: string; readonly name: string };
export type RenameCase = { readonly type: 'RenameCase'; readonly caseId: string; readonly name: string };
export type CaseCommand = OpenCase | RenameCase;
