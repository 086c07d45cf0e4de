/** How much work a passphrase costs: Argon2id with one lane. */
export interface Cost {
  readonly memoryKiB: number
  readonly passes: number
}

/** The procedures of the worker that derives keys. */
export interface DeriveProcedures {
  /** 32 bytes of Argon2id. */
  derive(given: { passphrase: string; salt: Uint8Array<ArrayBuffer>; cost: Cost }): Promise<Uint8Array<ArrayBuffer>>
  /** A cost that takes about `ms` on this device. */
  measure(ms: number): Promise<Cost>
}
