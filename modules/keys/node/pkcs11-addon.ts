import { createRequire } from 'node:module';
import path from 'node:path';

/** A handle of PKCS#11: slot, session or object. */
export type Handle = Buffer;

/** One attribute of a template. */
export interface Attribute {
  readonly type: number;
  readonly value?: Buffer | number | boolean | string;
}

/** A mechanism with its parameter. */
export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: Buffer | GcmParameter;
}

/** CK_GCM_PARAMS as the addon takes it. */
export interface GcmParameter {
  readonly type: number;
  readonly iv: Buffer;
  readonly aad: Buffer;
  readonly ivBits: number;
  readonly tagBits: number;
}

/** The calls of PKCS#11 v2.40 that the vault uses (clause 5), as the addon offers them. */
export interface Cryptoki {
  load(library: string): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly serialNumber: string };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle;
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): Attribute[];
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Encrypt(session: Handle, data: Buffer, room: Buffer): Buffer;
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Decrypt(session: Handle, data: Buffer, room: Buffer): Buffer;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Sign(session: Handle, data: Buffer, room: Buffer): Buffer;
}

/** The addon: a class of calls and the numbers of the standard by their names. */
export type Pkcs11Addon = { readonly PKCS11: new () => Cryptoki } & Readonly<Record<ConstantName, number>>;

type ConstantName =
  | 'CKA_CLASS'
  | 'CKA_DECRYPT'
  | 'CKA_ENCRYPT'
  | 'CKA_EXTRACTABLE'
  | 'CKA_ID'
  | 'CKA_KEY_TYPE'
  | 'CKA_LABEL'
  | 'CKA_PRIVATE'
  | 'CKA_SENSITIVE'
  | 'CKA_SIGN'
  | 'CKA_TOKEN'
  | 'CKA_VALUE'
  | 'CKA_VALUE_LEN'
  | 'CKF_RW_SESSION'
  | 'CKF_SERIAL_SESSION'
  | 'CKK_AES'
  | 'CKK_DES2'
  | 'CKK_DES3'
  | 'CKK_GENERIC_SECRET'
  | 'CKM_AES_CBC'
  | 'CKM_AES_ECB'
  | 'CKM_AES_GCM'
  | 'CKM_AES_KEY_GEN'
  | 'CKM_DES3_CBC'
  | 'CKM_DES3_ECB'
  | 'CKM_GENERIC_SECRET_KEY_GEN'
  | 'CKM_SHA256_HMAC'
  | 'CKO_SECRET_KEY'
  | 'CKR_ENCRYPTED_DATA_INVALID'
  | 'CKR_ENCRYPTED_DATA_LEN_RANGE'
  | 'CKR_GENERAL_ERROR'
  | 'CKU_USER'
  | 'CK_PARAMS_AES_GCM';

/**
 * Loads the native addon from the folder in which it was installed. It is no dependency of the platform, because it is
 * compiled when it is installed and most installations need none.
 * @throws Error of Node when there is none.
 */
export function loadPkcs11Addon(folder: string): Pkcs11Addon {
  return createRequire(path.join(folder, 'package.json'))('pkcs11js') as Pkcs11Addon;
}
