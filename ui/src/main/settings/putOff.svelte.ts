/** What somebody does not want to look at now, by its content: changed, it is shown again. */
let putOffs = $state.raw<readonly string[]>([]);

export const isPutOff = (sha256: string): boolean => putOffs.includes(sha256);
export const putOff = (sha256: string): void => void (putOffs = [...putOffs, sha256]);
/** Begins anew; for tests. */
export const forgetPutOff = (): void => void (putOffs = []);
