import { type Static, Type } from 'typebox';
import type { AuditPage } from '../access/audit.ts';

const text = Type.String();
const instant = Type.String({ format: 'date-time' });
const Names = Type.Object({ zh: text, en: text });

/** Levels of the hierarchy, from the top. */
export const KeyLevel = Type.Union([
  Type.Literal('device'),
  Type.Literal('terminal-master'),
  Type.Literal('working'),
  Type.Literal('base-derivation'),
  Type.Literal('platform'),
]);
export type KeyLevel = Static<typeof KeyLevel>;

const Due = Type.Union([Type.Literal('fresh'), Type.Literal('soon'), Type.Literal('over')]);

/** A key as the list shows it: all but the key. */
export const KeyView = Type.Object({
  name: text,
  level: KeyLevel,
  usage: text,
  algorithm: text,
  bits: Type.Integer(),
  checkValue: text,
  parent: Type.Union([text, Type.Null()]),
  exportable: Type.Boolean(),
  version: Type.Integer(),
  createdAt: instant,
  activatedAt: instant,
  ageDays: Type.Integer(),
  periodDays: Type.Integer(),
  due: Due,
  /** The minute in which it was last used, and how often in the last 24 hours. */
  lastUsedAt: Type.Union([instant, Type.Null()]),
  usesInDay: Type.Integer(),
});
export type KeyView = Static<typeof KeyView>;

/** A version that is no longer in use. */
export const KeyVersionView = Type.Object({
  version: Type.Integer(),
  algorithm: text,
  checkValue: text,
  createdAt: instant,
  activatedAt: instant,
  retiredAt: Type.Union([instant, Type.Null()]),
});
export type KeyVersionView = Static<typeof KeyVersionView>;

/** Every key and what keeps them. */
export const KeyListView = Type.Object({
  holder: Type.Union([
    Type.Object({ id: text, since: instant, ageDays: Type.Integer(), periodDays: Type.Integer(), due: Due }),
    Type.Null(),
  ]),
  keys: Type.Array(KeyView),
});
export type KeyListView = Static<typeof KeyListView>;

const KeyName = Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9][A-Za-z0-9/_.-]*$' });
const Reason = Type.String({ minLength: 4, maxLength: 200 });
const CheckValue = Type.String({ pattern: '^([0-9A-Fa-f]{2}){2,8}$' });

const Ceremony = Type.Object(
  {
    kind: Type.Literal('ceremony'),
    keyName: KeyName,
    reason: Reason,
    algorithm: Type.Union([Type.Literal('TDES'), Type.Literal('AES')]),
    usage: Type.Union([
      Type.Literal('base-derivation'),
      Type.Literal('key-encryption'),
      Type.Literal('key-block-protection'),
    ]),
    bits: Type.Union([Type.Literal(128), Type.Literal(192), Type.Literal(256)]),
    components: Type.Union([Type.Literal(2), Type.Literal(3)]),
    exportable: Type.Boolean(),
    parent: Type.Optional(KeyName),
    /** The whole key's check value, where its maker has told it. */
    checkValue: Type.Optional(CheckValue),
  },
  { additionalProperties: false },
);
const Export = Type.Object(
  { kind: Type.Literal('export'), keyName: KeyName, reason: Reason, under: KeyName },
  { additionalProperties: false },
);
const Destruction = Type.Object(
  { kind: Type.Literal('destruction'), keyName: KeyName, reason: Reason },
  { additionalProperties: false },
);

/** What takes two people. */
export const NewKeyRequest = Type.Union([Ceremony, Export, Destruction]);
export type NewKeyRequest = Static<typeof NewKeyRequest>;

/** A request as it stands. */
export const KeyRequestView = Type.Object({
  id: text,
  kind: Type.Union([Type.Literal('ceremony'), Type.Literal('export'), Type.Literal('destruction')]),
  keyName: text,
  state: Type.Union([
    Type.Literal('collecting'),
    Type.Literal('waiting'),
    Type.Literal('executing'),
    Type.Literal('done'),
    Type.Literal('refused'),
    Type.Literal('expired'),
    Type.Literal('failed'),
  ]),
  reason: text,
  maker: text,
  makerName: Names,
  checkerName: Type.Union([Names, Type.Null()]),
  createdAt: instant,
  expiresAt: instant,
  decidedAt: Type.Union([instant, Type.Null()]),
  algorithm: Type.Union([text, Type.Null()]),
  usage: Type.Union([text, Type.Null()]),
  bits: Type.Union([Type.Integer(), Type.Null()]),
  under: Type.Union([text, Type.Null()]),
  componentCount: Type.Integer(),
  components: Type.Array(
    Type.Object({
      number: Type.Integer(),
      custodian: text,
      custodianName: Names,
      checkValue: text,
      enteredAt: instant,
    }),
  ),
  /** Check value of the key that the components make, once all are there. */
  checkValue: Type.Union([text, Type.Null()]),
  /** The exported TR-31 block, for maker and checker alone. */
  block: Type.Union([text, Type.Null()]),
  /** Code of what went wrong. */
  problem: Type.Union([text, Type.Null()]),
});
export type KeyRequestView = Static<typeof KeyRequestView>;

/** A row of the audit log, digests in hexadecimal. */
export type KeyAuditView = AuditPage['rows'][number];
